"""How much disk the store takes, by folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.store import usage

if TYPE_CHECKING:
    from hub.store.layout import Layout


def test_a_store_that_does_not_exist_takes_nothing(layout: Layout) -> None:
    assert usage.sizes(layout) == {}


def test_sizes_are_summed_by_folder_through_all_levels(layout: Layout) -> None:
    for path, data in (
        (layout.blob("ab" * 32), b"12345"),
        (layout.blob("cd" * 32), b"123"),
        (layout.ref("a/b/c"), b"1"),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    assert usage.sizes(layout) == {"blobs": 8, "refs": 1}


def test_a_link_counts_as_itself_and_not_as_what_it_points_at(layout: Layout) -> None:
    layout.tmp.mkdir(parents=True)
    (layout.home / "large").write_bytes(bytes(1000))
    (layout.tmp / "link").symlink_to(layout.home / "large")

    assert usage.sizes(layout)["tmp"] < 1000
