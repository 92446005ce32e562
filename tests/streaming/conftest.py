from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stream_world import (
    CSV,
    DIGIT_FIELDS,
    DIGITS,
    IMAGE,
    LABEL,
    PHOTOS,
    TEXT_FIELDS,
    World,
    digits,
    packed,
    photos,
    rows_of_csv,
    tar_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from server import Server


@pytest.fixture
def world(server: Server, home: Path) -> World:
    """Datasets of each kind on a server, and an empty store."""
    made = World(server)
    made.add("digits", "idx", DIGIT_FIELDS, digits(), samples=700, **DIGITS)
    made.add(
        "news", "delimited", TEXT_FIELDS, {"a.csv": rows_of_csv()}, samples=500, options=CSV | {"file": "news-a.csv"}
    )
    tars = {"0.tar": tar_of(photos(50)), "1.tar.gz": packed(tar_of(photos(60, 50)))}
    made.add("pets", "class_folders", [IMAGE, LABEL], tars, samples=110, options=PHOTOS)
    return made
