"""What a sample looks like, whatever kinds of values it has.

    picture_of   one picture of a sample: with boxes, masks, points; several values side by side
    caption_of   its classes in a few words
    words_of     its texts and numbers by the names of their fields

A sample is what a dataset gives, or a mapping of names to values; `fields` are those of the card. Nothing is read but
the values of that sample. `names` are of the classes (see `Names`).

    values        samples as mappings, numbers as names
    annotations   boxes, polygons, points and sentences out of what JSON holds
    run_lengths   masks of COCO
    pictures      a picture of each kind of value; `pixels`, images of any form
    choosing      which samples are shown; `picking`, those of one class; `guessing`, fields that no card names
    words         a few words of each kind
"""

from __future__ import annotations

from hub.viz.samples.pictures import has_picture, legend_of, picture_of
from hub.viz.samples.values import Names, names_of
from hub.viz.samples.words import caption_of, words_of

__all__ = ["Names", "caption_of", "has_picture", "legend_of", "names_of", "picture_of", "words_of"]
