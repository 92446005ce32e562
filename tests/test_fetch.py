"""Fetch: whatever happens, the files are there, verified, and were transferred once."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import msgspec
import pytest

import hub
from hub import fetch
from hub.cards import Artifact, Source
from hub.errors import DigestMismatch, InvalidInput, NotFound, OfflineError, StoreError, TransferError
from hub.fetch.plans import plan
from hub.progress import Silent
from hub.settings import Settings
from hub.store import blobs, refs

if TYPE_CHECKING:
    from pathlib import Path

    from server import Server

    from hub.fetch import Local
    from hub.store.layout import Layout

DATA = bytes(range(256)) * 1000
OWNER = "dataset/words/1.0.0"

FETCH_IN_A_PROCESS = """
import contextlib, pathlib, sys
from hub import fetch
from hub.store import elections
if "all elected" in sys.argv:
    elections.turn = lambda *_, **__: contextlib.nullcontext()
print(*fetch.download(sys.argv[1], progress=False))
"""

FETCH_UNDER_A_LIMIT = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
sys.argv = ["hub", "download", sys.argv[1], "--quiet"]
runpy.run_module("hub", run_name="__main__")
"""


def artifact(server: Server, fault: str = "ok", *, name: str = "a.bin", data: bytes = DATA) -> Artifact:
    digest = server.add(name, data)
    return Artifact(name=name, size=len(data), sha256=digest, sources=(Source(url=server.url(fault, name)),))


def unpinned(server: Server, **known: str) -> Artifact:
    """An artifact of which only `known` is known: an MD5, or the beginning of a sha256."""
    whole = artifact(server)
    return Artifact(name=whole.name, sources=whole.sources, **known)  # type: ignore[arg-type]  # all are strings


def fetched(home: Path, *artifacts: Artifact, offline: bool = False, force: bool = False) -> dict[str, Local]:
    return fetch.fetch(OWNER, artifacts, settings=Settings(home, offline), progress=Silent(), force=force)


def children(home: Path, code: str, *arguments: str, count: int = 1) -> list[tuple[int, str, str]]:
    """Run `count` processes at once and return exit code, output and errors of each."""
    environment = dict(os.environ, HUB_HOME=str(home))
    command = [sys.executable, "-c", code, *arguments]
    running = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(count)
    ]
    said = [child.communicate(timeout=60) for child in running]
    return [(child.returncode, *both) for child, both in zip(running, said, strict=True)]


def test_a_fetched_file_is_a_read_only_blob_named_by_its_digest(server: Server, home: Path, layout: Layout) -> None:
    wanted = artifact(server)

    local = fetched(home, wanted)["a.bin"]

    assert local.path == layout.blob(wanted.sha256 or "")
    assert (local.path.read_bytes(), local.size, local.sha256) == (DATA, len(DATA), wanted.sha256)
    assert local.path.stat().st_mode & 0o222 == 0


def test_what_is_in_the_store_is_not_asked_for_again(server: Server, home: Path) -> None:
    wanted = artifact(server)
    first = fetched(home, wanted)
    server.requests.clear()

    second = fetched(home, wanted)

    assert second == first
    assert server.requests == []


def test_only_what_is_missing_is_transferred(server: Server, home: Path) -> None:
    first, second = artifact(server, name="a"), artifact(server, name="b", data=DATA[::-1])
    fetched(home, first)

    both = fetched(home, second, first)

    assert list(both) == ["b", "a"]
    assert [request.path for request in server.requests] == ["/ok/a", "/ok/b"]


def test_offline_opens_no_connection_and_says_what_is_missing(server: Server, home: Path) -> None:
    wanted = artifact(server)

    with pytest.raises(OfflineError, match=r"a\.bin in ") as caught:
        fetched(home, wanted, offline=True)

    assert caught.value.exit_code == 7
    assert caught.value.hint == "unset HUB_OFFLINE once to fetch 256.0 kB"
    assert server.requests == []


def test_offline_reads_what_is_in_the_store(server: Server, home: Path) -> None:
    wanted = artifact(server)
    online = fetched(home, wanted)

    assert fetched(home, wanted, offline=True) == online


def test_offline_reads_a_local_file_and_asks_nobody_else(server: Server, home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(DATA)
    local = Source(url=(tmp_path / "a.bin").as_uri())
    wanted = msgspec.structs.replace(artifact(server), sources=(*artifact(server).sources, local))

    found = fetched(home, wanted, offline=True)["a.bin"]

    assert found.path.read_bytes() == DATA
    assert server.requests == []


def test_force_transfers_what_is_there(server: Server, home: Path) -> None:
    wanted = artifact(server)
    fetched(home, wanted)

    fetched(home, wanted, force=True)

    assert len(server.requests) == 2


def test_offline_wins_over_force(server: Server, home: Path) -> None:
    wanted = artifact(server)
    fetched(home, wanted)

    with pytest.raises(OfflineError):
        fetched(home, wanted, offline=True, force=True)


def test_eight_processes_make_one_transfer(server: Server, home: Path) -> None:
    wanted = artifact(server, "slow")
    url = f"{wanted.sources[0].url}#sha256={wanted.sha256}"

    ended = children(home, FETCH_IN_A_PROCESS, url, count=8)

    blob = home / "v1/blobs/sha256" / str(wanted.sha256)[:2] / str(wanted.sha256)
    assert [(code, out.strip()) for code, out, _ in ended] == [(0, str(blob))] * 8
    assert len(server.requests) == 1
    assert blob.read_bytes() == DATA


def test_eight_processes_that_are_all_elected_end_with_one_right_file(
    server: Server, home: Path, layout: Layout
) -> None:
    wanted = artifact(server, "slow")
    url = f"{wanted.sources[0].url}#sha256={wanted.sha256}"

    ended = children(home, FETCH_IN_A_PROCESS, url, "all elected", count=8)

    (blob,) = blobs.every(layout)
    assert [code for code, _, _ in ended] == [0] * 8, ended
    assert blob.read_bytes() == DATA
    assert list(layout.partials.iterdir()) == []


def test_who_waits_for_another_process_is_told(server: Server, home: Path) -> None:
    url = artifact(server, "slow").sources[0].url

    ended = children(home, FETCH_IN_A_PROCESS.replace("progress=False", "progress=True"), url, count=2)

    said = "".join(errors for _, _, errors in ended)
    assert said.count("another process is fetching") == 1


@pytest.mark.parametrize(
    "known",
    [{"sha256_prefix": hashlib.sha256(DATA).hexdigest()[:8]}, {"md5": hashlib.md5(DATA).hexdigest()}, {}],  # noqa: S324  # as publishers state it
    ids=["prefix", "md5", "nothing"],
)
def test_the_full_digest_found_at_the_first_transfer_counts_from_then_on(
    known: dict[str, str], server: Server, home: Path, layout: Layout
) -> None:
    wanted = unpinned(server, **known)

    first = fetched(home, wanted)

    recorded = refs.read(layout, OWNER)["a.bin"]
    assert (recorded.sha256, recorded.size) == (hashlib.sha256(DATA).hexdigest(), len(DATA))
    assert fetched(home, wanted, offline=True) == first


@pytest.mark.parametrize("known", [{"sha256_prefix": "0" * 8}, {"md5": "0" * 32}], ids=["prefix", "md5"])
def test_a_card_whose_digest_changed_is_not_served_from_the_record(
    known: dict[str, str], server: Server, home: Path
) -> None:
    fetched(home, unpinned(server))

    with pytest.raises(DigestMismatch):
        fetched(home, unpinned(server, **known))

    assert len(server.requests) == 2


@pytest.mark.parametrize("rubbish", ["", "{}", "[1]", '{"artifacts": {"a.bin": 7}}', '{"artifacts": {"a.bin": {}}}'])
def test_a_lost_or_damaged_record_does_no_harm(rubbish: str, server: Server, home: Path, layout: Layout) -> None:
    wanted = artifact(server)
    fetched(home, wanted)
    layout.ref(OWNER).write_text(rubbish)

    fetched(home, wanted, offline=True)

    assert len(server.requests) == 1


def test_a_blob_that_was_cut_is_set_aside_and_fetched_anew(server: Server, home: Path, layout: Layout) -> None:
    wanted = artifact(server)
    blob = fetched(home, wanted)["a.bin"].path
    blob.chmod(0o644)
    blob.write_bytes(DATA[:-1])

    again = fetched(home, wanted)["a.bin"]

    assert again.path.read_bytes() == DATA
    assert [path.read_bytes() for path in layout.quarantine.iterdir()] == [DATA[:-1]]


def test_what_arrived_before_a_failure_stays(server: Server, home: Path) -> None:
    good, bad = artifact(server, name="a"), artifact(server, "404", name="b", data=DATA[::-1])

    with pytest.raises(TransferError) as caught:
        fetched(home, good, bad)

    assert caught.value.exit_code == 4
    assert fetched(home, good, offline=True)["a"].path.read_bytes() == DATA


def test_download_believes_a_url_only_with_its_digest(server: Server, home: Path) -> None:
    url = artifact(server).sources[0].url

    with pytest.raises(DigestMismatch) as caught:
        hub.download(f"{url}#sha256={'0' * 64}", progress=False)

    assert caught.value.exit_code == 5
    assert str(caught.value.expected) == f"sha256:{'0' * 64}"


@pytest.mark.parametrize("fragment", ["", "#sha256={sha256}", "#sha256={sha256:.12}", "#md5={md5}"])
def test_download_takes_a_url(fragment: str, server: Server, home: Path) -> None:
    url = artifact(server).sources[0].url
    digests = {"sha256": hashlib.sha256(DATA).hexdigest(), "md5": hashlib.md5(DATA).hexdigest()}  # noqa: S324  # as publishers state it

    (path,) = hub.download(url + fragment.format(**digests), progress=False)

    assert path.read_bytes() == DATA


@pytest.mark.parametrize("fragment", ["sha256=12", "sha256=" + "g" * 64, "md5=" + "0" * 8, "part"])
def test_a_url_with_a_malformed_digest_is_refused(fragment: str, server: Server, home: Path) -> None:
    url = artifact(server).sources[0].url

    with pytest.raises(InvalidInput) as caught:
        hub.download(f"{url}#{fragment}", progress=False)

    assert caught.value.exit_code == 2
    assert server.requests == []


def test_to_gives_copies_under_published_names_that_may_be_edited(server: Server, home: Path, tmp_path: Path) -> None:
    url = artifact(server, name="my words.txt").sources[0].url.replace(" ", "%20")
    server.files["my%20words.txt"] = DATA

    (copy,) = hub.download(url, to=tmp_path / "out" / "deep", progress=False)
    copy.write_bytes(b"edited")

    assert copy == tmp_path / "out" / "deep" / "my words.txt"
    assert hub.download(url, progress=False)[0].read_bytes() == DATA


def test_to_replaces_an_older_copy_and_leaves_no_temporary_file(server: Server, home: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.bin").write_bytes(b"older")

    hub.download(artifact(server).sources[0].url, to=tmp_path / "out", progress=False)

    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == {"a.bin": DATA}


def test_a_store_below_a_file_is_a_store_error(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StoreError, match="a file stands where a folder is needed") as caught:
        fetched(tmp_path / "file" / "home", artifact(server))

    assert caught.value.exit_code == 6


def test_a_full_disk_is_a_store_error_and_the_next_run_goes_on_from_there(server: Server, home: Path) -> None:
    wanted = artifact(server)
    url = f"{wanted.sources[0].url}#sha256={wanted.sha256}"

    ((code, _, errors),) = children(home, FETCH_UNDER_A_LIMIT, url)
    (path,) = hub.download(url, progress=False)

    assert (code, len(errors.splitlines())) == (6, 3), errors
    assert path.read_bytes() == DATA
    assert [request.range_start for request in server.requests] == [0, 100_000]


def test_too_little_room_is_noticed_before_the_first_byte(server: Server, home: Path) -> None:
    wanted = replace_size(artifact(server, "unmeasured"), 1 << 60)

    with pytest.raises(StoreError, match="not enough room") as caught:
        fetched(home, wanted)

    assert caught.value.exit_code == 6


def replace_size(wanted: Artifact, size: int) -> Artifact:
    return Artifact(name=wanted.name, sources=wanted.sources, sha256=wanted.sha256, size=size)


def test_a_split_needs_only_its_own_files() -> None:
    train = plan("mnist", "train")
    part = plan("mnist", "train[:10%]")
    both = plan("mnist", "train+test")

    assert {each.name[:5] for each in train.artifacts} == {"train"}
    assert part == train
    assert both == plan("mnist")


def test_a_variant_needs_only_its_own_files_and_the_default_one_is_meant() -> None:
    named = [[each.name for each in plan("glove", variant=name).artifacts] for name in (None, "6B.50d")]

    assert named == [["glove.840B.300d.zip"], ["glove.6B.zip"]]
    assert len(plan("glove", variant="all").artifacts) > 2
    with pytest.raises(NotFound, match=r"did you mean 6B\.50d"):
        plan("glove", variant="6B50d")


def test_an_unknown_split_says_what_was_meant() -> None:
    with pytest.raises(NotFound) as caught:
        plan("mnist", "trian")

    assert caught.value.hint == "did you mean train?"


def test_a_model_without_a_tag_means_its_default_weights() -> None:
    plain = plan("resnet18")

    assert plain == plan("resnet18@IMAGENET1K_V1")
    assert plain.owner == "model/resnet18/IMAGENET1K_V1"


def test_an_unknown_tag_says_what_there_is() -> None:
    with pytest.raises(NotFound) as caught:
        plan("resnet18@IMAGENET1K_V9")

    assert caught.value.hint == "did you mean IMAGENET1K_V1?"


def test_the_weights_of_a_network_that_has_none_are_not_found() -> None:
    with pytest.raises(NotFound, match="no published weights"):
        plan("efficientnet_lite3")


def test_a_file_of_google_drive_can_be_named_by_its_id() -> None:
    (wanted,) = plan(f"gdrive:0B_file-1#md5={'0' * 32}").artifacts

    assert wanted.sources == (Source(url="gdrive:0B_file-1"),)
    assert wanted.md5 == "0" * 32
