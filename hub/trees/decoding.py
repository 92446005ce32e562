"""Bytes as text: decoded or refused, never guessed."""

from __future__ import annotations

from hub.errors import FormatError


def decoded(data: bytes, name: str, encoding: str = "utf-8") -> str:
    """Return bytes as text in which every line ends with a line feed. Raises FormatError if they are no such text."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FormatError(
            f"{name} is no text in {encoding}",
            path=name,
            expected=encoding,
            found=f"byte {error.object[error.start]:#04x} at offset {error.start}",
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")
