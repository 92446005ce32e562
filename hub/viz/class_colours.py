"""A colour for each class: the same one in every picture, and far from those of the classes around it."""

from __future__ import annotations

import colorsys

Colour = tuple[int, int, int]

# Steps of the golden section never come near where they were before, however many there are.
GOLDEN = 0.618034
# From a red that is seen on grass, skin and sky. The tones change more slowly than the hues, so that of two classes
# whose hues are alike, 21 numbers apart, one is darker.
START = 0.35
TONES = ((0.95, 1.0), (0.6, 1.0), (0.9, 0.72))
HUES = 7

# How bright people see red, green and blue (ITU-R BT.601), and from which sum on black is read better than white.
BRIGHTNESS = (0.299, 0.587, 0.114)
BRIGHT = 140


def colour_of(number: int) -> Colour:
    """Return the colour of a class: red, green and blue, 0 to 255.

    >>> colour_of(1) == colour_of(1), colour_of(1) == colour_of(2)
    (True, False)
    """
    saturation, value = TONES[number // HUES % len(TONES)]
    red, green, blue = colorsys.hsv_to_rgb((START + number * GOLDEN) % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def ink_on(colour: Colour) -> Colour:
    """Return black or white, whichever is read better on a colour.

    >>> ink_on((255, 255, 0)), ink_on((0, 0, 128))
    ((0, 0, 0), (255, 255, 255))
    """
    seen = sum(weight * part for weight, part in zip(BRIGHTNESS, colour, strict=True))
    return (0, 0, 0) if seen > BRIGHT else (255, 255, 255)
