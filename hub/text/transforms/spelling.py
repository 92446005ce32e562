"""The visible character for each of the 256 bytes, in which GPT-2 and CLIP spell words.

Bytes that are visible in Latin-1 stand for themselves, the others for U+0100 on, in order. A blank is "Ġ" so, a line's
end "Ċ". Radford et al., "Language Models are Unsupervised Multitask Learners", section 2.2.
"""

from __future__ import annotations

from itertools import count

from hub.text.transforms.pieces import encoded


def _symbols() -> dict[int, str]:
    visible = {*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)}
    beyond = count(256)
    return {byte: chr(byte if byte in visible else next(beyond)) for byte in range(256)}


SYMBOLS = _symbols()
_BYTES = {ord(symbol): byte for byte, symbol in SYMBOLS.items()}
# The order of the symbols in CLIP's vocabulary: those that stand for themselves come first.
ALPHABET = sorted(SYMBOLS.values())


def spell(word: str) -> str:
    """Return a word with a visible character for each byte of its UTF-8.

    >>> spell(" né")
    'ĠnÃ©'
    """
    return encoded(word).decode("latin-1").translate(SYMBOLS)


def unspell(symbols: str) -> bytes:
    """Return the bytes that characters stand for. Raises UnicodeEncodeError for a character that stands for none."""
    return symbols.translate(_BYTES).encode("latin-1")
