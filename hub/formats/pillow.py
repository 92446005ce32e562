"""What Pillow raises on damaged images: besides its own errors those of the code that reads each format."""

from __future__ import annotations

from PIL import Image, UnidentifiedImageError

DAMAGE = (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError)
