"""Tars out of a decompressor, read from front to back: the files that the standard library finds, or an error."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from hub.archives.tar_stream import AT_ONCE, BLOCK
from hub.archives.tars import regular_files
from hub.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS = {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}
SMALL = {"a/b/1.txt": b"one", "a/b/2.txt": b"", "a/c/3.txt": b"three" * 300}
LARGE = bytes(range(256)) * (AT_ONCE // 256) + b"rest"


class Made:
    """A tar in memory, in the midst of being written."""

    def __init__(self, form: int = tarfile.GNU_FORMAT, **options: Any) -> None:
        self._stream = io.BytesIO()
        self.tar = tarfile.open(fileobj=self._stream, mode="w", format=form, **options)  # noqa: SIM115  ended below

    def add(self, name: str, data: bytes = b"", kind: bytes = tarfile.REGTYPE, **about: Any) -> Made:
        info = tarfile.TarInfo(name)
        info.type, info.size = kind, len(data)
        for key, value in about.items():
            setattr(info, key, value)
        self.tar.addfile(info, io.BytesIO(data))
        return self

    def raw(self, header: bytes, data: bytes = b"") -> Made:
        """Add a header as it is, and what stands behind it."""
        self._stream.write(header + data + bytes(-len(data) % BLOCK))
        return self

    def unfinished(self) -> bytes:
        return self._stream.getvalue()

    def done(self) -> bytes:
        self.tar.close()
        return self._stream.getvalue()


def small(form: int = tarfile.GNU_FORMAT) -> bytes:
    made = Made(form)
    for name, data in SMALL.items():
        made.add(name, data)
    return made.done()


def header(name: bytes = b"a", size: bytes = b"00000000000\0", kind: bytes = b"0", prefix: bytes = b"") -> bytes:
    """A header with a right checksum and whatever else is asked for."""
    head = bytearray(
        name.ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2 + size.ljust(12, b"\0") + b"0" * 11 + b"\0"
    )
    head += b" " * 8 + kind + bytes(100) + b"ustar\x0000" + bytes(80) + prefix.ljust(155, b"\0")
    head = head.ljust(BLOCK, b"\0")
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head)


def ours(data: bytes, named: Callable[[str], str | None] = str) -> list[tuple[str, bytes]]:
    return [(name, stream.read()) for name, stream in regular_files(io.BytesIO(data), "x.tar", named)]


def theirs(data: bytes) -> list[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return [(info.name, extracted(archive, info)) for info in archive if info.isreg()]


def extracted(archive: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(info)
    assert stream is not None
    return stream.read()


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_files_come_in_order_with_all_of_their_bytes(form: int) -> None:
    data = Made(form).add("b", b"2").add("a", bytes(BLOCK)).add("c/d", b"x" * (BLOCK + 1)).add("e").done()

    assert ours(data) == theirs(data)
    assert [name for name, _ in ours(data)] == ["b", "a", "c/d", "e"]


LONG = {
    "at the limit": "n" * 100,
    "beyond it": "n" * 101,
    "in two parts": "/".join(["folder" * 5] * 5),
    "very long": "/".join(["folder" * 20] * 20) + ".txt",
    "not ascii": "ü" * 60 + "/\N{MOVIE CAMERA}.txt",
    "short and not ascii": "é.txt",
}


@pytest.mark.parametrize("form", ["gnu", "pax"])
@pytest.mark.parametrize("name", LONG.values(), ids=LONG)
def test_long_names_are_whole(form: str, name: str) -> None:
    data = Made(FORMATS[form]).add("before", b"1").add(name, b"2").add("behind", b"3").done()

    assert ours(data) == theirs(data) == [("before", b"1"), (name, b"2"), ("behind", b"3")]


@pytest.mark.parametrize("name", ["p" * 100 + "/" + "n" * 100, "p" * 155 + "/n"])
def test_names_in_two_fields_are_put_together(name: str) -> None:
    data = Made(tarfile.USTAR_FORMAT).add(name, b"1").done()

    assert ours(data) == theirs(data) == [(name, b"1")]


def test_names_that_are_no_utf8_can_be_told_apart() -> None:
    data = Made().raw(header(b"\xff"), b"").raw(header(b"\xfe"), b"").done()

    assert ours(data) == theirs(data)
    assert len({name for name, _ in ours(data)}) == 2


OTHERS: dict[str, tuple[bytes, dict[str, Any]]] = {
    "folder": (tarfile.DIRTYPE, {}),
    "link": (tarfile.SYMTYPE, {"linkname": "a"}),
    "hard link": (tarfile.LNKTYPE, {"linkname": "a"}),
    "link to a long name": (tarfile.SYMTYPE, {"linkname": "n" * 300}),
    "pipe": (tarfile.FIFOTYPE, {}),
    "device": (tarfile.CHRTYPE, {"devmajor": 1, "devminor": 3}),
    "disk": (tarfile.BLKTYPE, {}),
}


@pytest.mark.parametrize("form", ["gnu", "pax"])
@pytest.mark.parametrize("other", OTHERS)
def test_what_is_no_file_is_passed_over(form: str, other: str) -> None:
    kind, about = OTHERS[other]
    data = Made(FORMATS[form]).add("a", b"1").add("x" * 200, kind=kind, **about).add("b", b"2").done()

    assert ours(data) == theirs(data) == [("a", b"1"), ("b", b"2")]


@pytest.mark.parametrize("kind", [b"1", b"2", b"3", b"4", b"5", b"6"])
def test_a_size_of_what_has_no_data_is_not_believed(kind: bytes) -> None:
    data = Made().raw(header(b"x", b"00000001000\0", kind)).raw(header(b"a", b"00000000001\0"), b"1").done()

    assert ours(data) == theirs(data) == [("a", b"1")]


def test_a_folder_of_the_oldest_tars_is_no_file() -> None:
    data = Made().raw(header(b"x/", kind=b"\0")).raw(header(b"a", b"00000000001\0", b"\0"), b"1").done()

    assert ours(data) == theirs(data) == [("a", b"1")]


def test_what_is_said_of_all_files_is_passed_over() -> None:
    data = Made(tarfile.PAX_FORMAT, pax_headers={"comment": "x" * 2000}).add("ü" * 80, b"1").add("a", b"2").done()

    assert ours(data) == theirs(data) == [("ü" * 80, b"1"), ("a", b"2")]


def test_what_is_said_of_a_file_holds_for_that_one_alone() -> None:
    long = (header(b"././@LongLink", b"00000000151\0", b"L"), b"n" * 104 + b"\0")
    link = (header(b"././@LongLink", b"00000000151\0", b"K"), b"m" * 104 + b"\0")
    data = Made().raw(*long).raw(*link).raw(header(), b"").raw(header(b"b"), b"").done()

    assert ours(data) == theirs(data) == [("n" * 104, b""), ("b", b"")]


@pytest.mark.parametrize("size", ["3", "03"])
def test_a_size_of_its_own_header_counts(size: str) -> None:
    record = f"{len(size) + 9} size={size}\n" if len(size) > 1 else "10 size=3\n"
    said = record.encode()
    data = Made().raw(header(b"x", b"%011o\0" % len(said), b"x"), said).raw(header(), b"one").raw(header(b"b")).done()

    assert ours(data) == [("a", b"one"), ("b", b"")]


def test_sizes_of_base_256_are_read() -> None:
    size = b"\x80" + (3).to_bytes(11, "big")

    data = Made().raw(header(size=size), b"one").raw(header(b"b")).done()

    assert ours(data) == theirs(data) == [("a", b"one"), ("b", b"")]


@pytest.mark.parametrize("size", [AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE + 7])
def test_files_of_any_size_are_whole(size: int) -> None:
    content = (LARGE * 4)[:size]
    data = Made().add("a", b"1").add("large", content).add("b", b"2").done()

    assert ours(data) == [("a", b"1"), ("large", content), ("b", b"2")]


def test_a_large_file_need_not_be_read_to_its_end() -> None:
    data = Made().add("large", LARGE * 2).add("other", LARGE).add("b", b"2").done()
    found = {name: stream.read(10) for name, stream in regular_files(io.BytesIO(data), "x.tar", str)}

    assert found == {"large": LARGE[:10], "other": LARGE[:10], "b": b"2"}


def test_a_large_file_is_read_line_by_line() -> None:
    content = b"".join(b"%d\n" % number for number in range(300_000))
    data = Made().add("lines", content).done()

    ((_, lines),) = [(name, list(stream)) for name, stream in regular_files(io.BytesIO(data), "x.tar", str)]

    assert len(lines) == 300_000
    assert b"".join(lines) == content


def test_files_that_are_given_no_name_are_passed_over() -> None:
    data = Made().add("no", LARGE).add("yes", b"1").add("no", b"2").done()

    assert ours(data, {"yes": "other"}.get) == [("other", b"1")]


class Drops(io.RawIOBase):
    """A stream that gives a few bytes at a time, as those over a network do."""

    def __init__(self, data: bytes, each: int) -> None:
        self._stream = io.BytesIO(data)
        self._each = each

    def read(self, size: int = -1) -> bytes:
        return self._stream.read(min(self._each, size))


@pytest.mark.parametrize("each", [1, 511, 513, 5000])
def test_a_stream_may_give_less_than_it_is_asked_for(each: int) -> None:
    data = Made(tarfile.PAX_FORMAT).add("ü" * 90, b"x" * 700).add("a", b"1").done()

    found = [(name, stream.read()) for name, stream in regular_files(Drops(data, each), "x.tar", str)]  # type: ignore[arg-type]  # all that is read is `read`

    assert found == theirs(data)


def test_a_tar_may_end_without_its_two_blocks_of_zeros() -> None:
    data = Made().add("a", b"1").unfinished()

    assert len(data) == 2 * BLOCK
    assert ours(data) == theirs(data) == [("a", b"1")]


def test_what_stands_behind_the_end_is_not_looked_at() -> None:
    data = small() + b"rubbish" * 1000

    assert ours(data) == theirs(data) == list(SMALL.items())


def test_the_stream_is_read_to_its_end_so_that_its_checksum_is_compared() -> None:
    stream = io.BytesIO(small() + bytes(3 * AT_ONCE))

    list(regular_files(stream, "x.tar", lambda _: None))

    assert not stream.read()


def test_nothing_at_all_has_no_files() -> None:
    assert ours(b"") == []


WHOLE = Made(tarfile.PAX_FORMAT).add("ü" * 90, b"1" * 600).add("b", b"2").done()
ENDS = {
    "within an extended header": 100,
    "within what that says": BLOCK + 20,
    "behind what that says": 2 * BLOCK,
    "within a header": 2 * BLOCK + 100,
    "behind a header": 3 * BLOCK,
    "within a file": 3 * BLOCK + 600 - 1,
    "within what fills a block": 3 * BLOCK + 700,
    "within the second header": 5 * BLOCK + 511,
    "behind the second header": 6 * BLOCK,
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_tar_that_ends_too_early_is_refused(end: int) -> None:
    with pytest.raises(FormatError, match=r"x\.tar is damaged at byte \d+ of the tar"):
        ours(WHOLE[:end])


@pytest.mark.parametrize("end", [BLOCK + 1, BLOCK + 100, BLOCK + AT_ONCE + 3])
@pytest.mark.parametrize("named", [str, lambda _: None], ids=["read", "passed over"])
def test_a_large_file_that_ends_too_early_is_refused(end: int, named: Callable[[str], str | None]) -> None:
    data = Made().add("large", LARGE * 3).done()

    with pytest.raises(FormatError, match="damaged"):
        ours(data[:end], named)


@pytest.mark.parametrize("place", [0, 50, 100, 130, 148, 154, 156, 300, 511])
def test_a_damaged_header_is_refused_with_its_place(place: int) -> None:
    damaged = bytearray(small())
    damaged[2 * BLOCK + place] ^= 0x41

    with pytest.raises(FormatError, match="byte 1024 of the tar") as caught:
        ours(bytes(damaged))

    assert caught.value.path == "x.tar"
    assert caught.value.expected == "a header of a tar"


REFUSED = {
    "a size that is no number": header(size=b"0000000000x\0"),
    "a size below zero": header(size=b"\xff" * 12),
    "a sparse file of GNU": header(kind=b"S"),
    "a file in several tars": header(kind=b"M"),
    "an unknown type": header(kind=b"Z"),
    "a name without an end": header(b"x", b"77777777777\0", b"L"),
}


@pytest.mark.parametrize("head", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused(head: bytes) -> None:
    with pytest.raises(FormatError, match="damaged"):
        ours(Made().raw(head).add("a", b"1").done())


SAID = {
    "no length": b"path=x\n",
    "a length that is too short": b"1 path=x\n",
    "a length that is too long": b"99 path=x\n",
    "a length without end": b"9" * 5000 + b" path=x\n",
    "a size that is no number": b"11 size=ab\n",
    "a size without end": b"5012 size=" + b"9" * 5001 + b"\n",
    "a sparse file": b"22 GNU.sparse.major=1\n",
}


@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
def test_damaged_records_are_refused(said: bytes) -> None:
    data = Made().raw(header(b"x", b"%011o\0" % len(said), b"x"), said).add("a", b"1").done()

    with pytest.raises(FormatError, match="damaged"):
        ours(data)


def test_an_extended_header_about_nothing_is_refused() -> None:
    said = b"10 path=x\n"

    with pytest.raises(FormatError, match="damaged"):
        ours(Made().raw(header(b"x", b"%011o\0" % len(said), b"x"), said).done())
