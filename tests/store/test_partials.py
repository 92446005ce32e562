"""A partial belongs to one process; one that was left behind is taken over by exactly one other."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import partial_files
import pytest
from partial_files import arrived

from hub.errors import StoreError
from hub.store import journal, owners, partials
from hub.store.journal import Head

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.store.layout import Layout
    from hub.store.partials import Partial

TESTS = Path(__file__).parent.parent
KEY = partials.key_of("https://example.org/a.bin")

OBTAIN = """
import pathlib, sys
from hub.store import journal, owners, partials
from hub.store.journal import Head
from hub.store.layout import Layout
mine = partials.obtain(Layout(pathlib.Path(sys.argv[1])), sys.argv[2])
"""
WRITE = OBTAIN + "import partial_files; partial_files.fill(mine, b'half')\n"
WRITE_AND_LIVE = WRITE + "print('ready', flush=True); sys.stdin.read()"
SAY_SIZE = OBTAIN + "import partial_files; print(partial_files.arrived(mine))"


def command(code: str, layout: Layout) -> list[str]:
    return [sys.executable, "-c", code, str(layout.home), KEY]


def left(layout: Layout, data: bytes) -> Partial:
    return partial_files.left(layout, KEY, data)


@pytest.fixture(autouse=True)
def _tests_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the processes that tests start."""
    monkeypatch.syspath_prepend(str(TESTS))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")]))


@pytest.fixture
def living(layout: Layout) -> Iterator[subprocess.Popen[bytes]]:
    """A process that owns a partial and lives for as long as the test."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command(WRITE_AND_LIVE, layout), stdin=pipe, stdout=pipe) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        yield child


def test_a_new_partial_is_empty_and_has_no_validator(layout: Layout) -> None:
    partial = partials.obtain(layout, KEY)

    assert partial.kept() == (Head(), [])


def test_what_was_left_is_taken_over_with_what_it_belongs_to(layout: Layout) -> None:
    first = partial_files.left(layout, KEY, b"half", '"etag"', total=8)

    second = partials.obtain(layout, KEY)

    head, blocks = second.kept()
    assert (head, second.data.read_bytes()) == (Head(8, '"etag"'), b"half")
    assert [(block.begin, block.end) for block in blocks] == [(0, 4)]
    assert not first.folder.exists()


def test_what_begins_anew_forgets_the_bytes_and_the_validator(layout: Layout) -> None:
    partial_files.left(layout, KEY, b"half", '"old"')
    partial = partials.obtain(layout, KEY)

    partial.begin(Head()).close()

    assert (partial.data.read_bytes(), partial.kept()) == (b"", (Head(), []))


def test_bytes_that_changed_on_disk_do_not_count(layout: Layout) -> None:
    partial_files.left(layout, KEY, b"half")
    partial = partials.obtain(layout, KEY)

    partial.data.write_bytes(b"hulf")

    assert arrived(partial) == 0


def test_an_empty_partial_is_not_left_behind(layout: Layout) -> None:
    left(layout, b"")

    assert list(layout.partials.iterdir()) == []


def test_the_fullest_is_taken_over_first(layout: Layout) -> None:
    both = [partials.obtain(layout, KEY) for _ in range(3)]
    blocks = [count * bytes(journal.BLOCK) for count in (1, 3, 2)]
    for partial, data in zip(both, blocks, strict=True):
        partial_files.fill(partial, data)
        partials.leave(layout, partial)

    assert partials.obtain(layout, KEY).data.read_bytes() == blocks[1]


def test_a_partial_of_another_file_is_not_taken(layout: Layout) -> None:
    left(layout, b"half")

    assert partials.obtain(layout, partials.key_of("another")).data.read_bytes() == b""


def test_one_of_many_threads_takes_over_and_the_others_begin_anew(layout: Layout) -> None:
    left(layout, b"half")

    with ThreadPoolExecutor(16) as pool:
        obtained = list(pool.map(lambda _: partials.obtain(layout, KEY), range(16)))

    assert sorted(map(arrived, obtained)) == [0] * 15 + [4]
    assert len({partial.folder for partial in obtained}) == 16


def test_one_of_many_processes_takes_over_and_the_others_begin_anew(layout: Layout) -> None:
    left(layout, b"half")

    running = [subprocess.Popen(command(SAY_SIZE, layout), stdout=subprocess.PIPE) for _ in range(6)]
    sizes = [child.communicate()[0].strip() for child in running]

    # Whoever took it over may be gone when the next one looks, which then takes it over in its turn.
    assert set(sizes) <= {b"0", b"4"}
    assert len([path for path in layout.partials.glob("*/data") if path.stat().st_size]) == 1


@pytest.mark.usefixtures("living")
def test_a_partial_of_a_living_process_is_left_alone(layout: Layout) -> None:
    assert arrived(partials.obtain(layout, KEY)) == 0


def test_a_partial_of_a_process_that_was_killed_is_taken_over(layout: Layout, living: subprocess.Popen[bytes]) -> None:
    living.kill()
    living.wait()

    assert partials.obtain(layout, KEY).data.read_bytes() == b"half"


def test_a_partial_of_a_process_that_just_ended_is_taken_over(layout: Layout) -> None:
    subprocess.run(command(WRITE, layout), check=True)

    assert partials.obtain(layout, KEY).data.read_bytes() == b"half"


def of_another_host(layout: Layout, age: float) -> Path:
    """A partial of a process elsewhere that was written to `age` seconds ago."""
    folder = layout.partials / f"{KEY}.000000-000000-1-1.abc"
    partials.obtain(layout, KEY).folder.rename(folder)
    partial_files.fill(partials.Partial(folder), b"half")
    then = time.time() - age
    os.utime(folder / "data", (then, then))
    return folder


def test_a_partial_of_another_host_is_left_alone_while_it_grows(layout: Layout) -> None:
    of_another_host(layout, age=60)

    assert arrived(partials.obtain(layout, KEY)) == 0


def test_a_partial_of_another_host_is_taken_over_after_a_long_silence(layout: Layout) -> None:
    of_another_host(layout, age=partials.ABANDONED_AFTER + 60)

    assert arrived(partials.obtain(layout, KEY)) == 4


def test_what_another_host_still_writes_goes_into_its_own_file(layout: Layout) -> None:
    folder = of_another_host(layout, age=partials.ABANDONED_AFTER + 60)
    with (folder / "data").open("r+b") as elsewhere:
        partial = partials.obtain(layout, KEY)

        elsewhere.write(b"evil")

    assert partial.data.read_bytes() == b"half"
    assert sorted(path.name for path in partial.folder.iterdir()) == ["data", "journal"]


def test_one_of_before_a_restart_of_the_machine_is_taken_over_at_once(layout: Layout) -> None:
    host, _, process = owners.me().split("-", 2)
    partial = partials.obtain(layout, KEY)
    partial_files.fill(partial, b"half")
    partial.folder.rename(layout.partials / f"{KEY}.{host}-000000-{process}.abc")

    assert arrived(partials.obtain(layout, KEY)) == 4


def test_the_folder_may_be_full_of_rubbish(layout: Layout) -> None:
    layout.partials.mkdir(parents=True)
    for name in (f"{KEY}.", f"{KEY}.x", f"{KEY}.free.empty", f"{KEY}.{owners.me()}notanumber.x", "other"):
        (layout.partials / name).mkdir()
    (layout.partials / f"{KEY}.free.file").write_text("no folder")

    assert arrived(partials.obtain(layout, KEY)) == 0


def test_leaving_what_somebody_took_over_is_harmless(layout: Layout) -> None:
    partial = partials.obtain(layout, KEY)
    partial_files.fill(partial, b"half")
    partials.discard(partial)

    partials.leave(layout, partial)
    partials.discard(partial)


def test_a_digest_is_its_own_key_and_a_url_is_not() -> None:
    assert partials.key_of("ab" * 32) == "ab" * 32
    assert partials.key_of("https://example.org/a") != partials.key_of("https://example.org/b")
    assert len(KEY) == 64


def test_a_partial_below_a_file_is_a_store_error(layout: Layout) -> None:
    layout.home.write_text("in the way")

    with pytest.raises(StoreError):
        partials.obtain(layout, KEY)
