"""Drawing.

predictions      `draw`: what a network says about a picture, on the picture
captions         names on pictures: where they go, how large they are
class_colours    the colours of classes
comparison       models as points, drawn by matplotlib, the extra `plot`, which is imported when one is drawn
labels           names beside such points
style            how such drawings look
"""
