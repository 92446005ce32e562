"""The names of `torchtext.utils`."""

from __future__ import annotations

from hub.text.downloading import download_from_url, get_asset_local_path, reporthook, validate_file
from hub.text.iterating import unicode_csv_reader, utf_8_encoder
from hub.text.unpacking import extract_archive

__all__ = [
    "download_from_url",
    "extract_archive",
    "get_asset_local_path",
    "reporthook",
    "unicode_csv_reader",
    "utf_8_encoder",
    "validate_file",
]
