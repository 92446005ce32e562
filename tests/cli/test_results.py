"""What commands print when all is well."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from hub import cli
from hub.registry import entries

if TYPE_CHECKING:
    from pathlib import Path

HELLO = b"hello"
HELLO_SHA256 = hashlib.sha256(HELLO).hexdigest()


@pytest.fixture
def hello(tmp_path: Path) -> str:
    """The URL of a small local file."""
    path = tmp_path / "hello.txt"
    path.write_bytes(HELLO)
    return path.as_uri()


def said(capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that must succeed and return what it printed."""
    code = cli.run(list(arguments))
    printed = capfd.readouterr()
    assert code == 0, printed.err
    return printed.out


@pytest.mark.usefixtures("home")
class TestCatalog:
    def test_list_names_every_dataset(self, capfd: pytest.CaptureFixture[str]) -> None:
        text = said(capfd, "list", "datasets")

        names = {line.split()[0] for line in text.splitlines()}
        assert {"mnist", "fashion_mnist", "kmnist", "emnist", "qmnist"} <= names

    def test_list_as_json_has_summaries_in_both_languages(self, capfd: pytest.CaptureFixture[str]) -> None:
        hits = json.loads(said(capfd, "list", "models", "--json"))

        assert all(hit["summary"] and hit["summary_zh"] for hit in hits)

    def test_search_finds_chinese_words(self, capfd: pytest.CaptureFixture[str]) -> None:
        text = said(capfd, "search", "手写数字")

        assert "mnist" in text

    def test_a_search_for_nothing_there_says_so_on_standard_error(self, capfd: pytest.CaptureFixture[str]) -> None:
        code = cli.run(["search", "no-such-thing-anywhere"])

        printed = capfd.readouterr()

        assert (code, printed.out, printed.err) == (0, "", "nothing found\n")

    @pytest.mark.parametrize("name", ["mnist", "FashionMNIST", "emnist", "resnet18", "efficientnet_lite2"])
    def test_info_shows_how_to_load_and_every_digest(self, name: str, capfd: pytest.CaptureFixture[str]) -> None:
        text = said(capfd, "info", name)

        assert "hub.load" in text
        assert "sha256:" in text

    @pytest.mark.parametrize("name", [hit.id for hit in entries("dataset")])
    def test_info_describes_every_dataset(
        self, name: str, indexed: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("HUB_HOME", str(indexed))

        assert f'hub.load_dataset("{name}"' in said(capfd, "info", name)

    def test_info_says_that_nothing_trained_is_published(self, capfd: pytest.CaptureFixture[str]) -> None:
        text = said(capfd, "info", "efficientnet_lite3")

        assert "pretrained=False" in text
        assert "none published" in text

    def test_info_of_a_tag_loads_and_marks_its_weights(self, capfd: pytest.CaptureFixture[str]) -> None:
        text = said(capfd, "info", "resnet50@IMAGENET1K_V1")

        assert 'hub.load("resnet50@IMAGENET1K_V1")' in text
        (marked,) = (line for line in text.splitlines() if "asked for" in line)
        assert marked.split()[0] == "IMAGENET1K_V1"

    def test_info_loads_the_variant_that_is_meant_without_a_word(self, capfd: pytest.CaptureFixture[str]) -> None:
        assert 'variant="840B.300d")' in said(capfd, "info", "glove")

    def test_splits_that_nobody_has_counted_are_told_once(self, capfd: pytest.CaptureFixture[str]) -> None:
        assert "train  of each of the 8 variants" in said(capfd, "info", "iwslt2016")

    def test_no_line_ends_in_blanks(self, capfd: pytest.CaptureFixture[str]) -> None:
        assert not [line for line in said(capfd, "info", "cc100").splitlines() if line != line.rstrip()]

    def test_info_as_json_is_the_card(self, capfd: pytest.CaptureFixture[str]) -> None:
        card = json.loads(said(capfd, "info", "mnist", "--json"))

        assert card["splits"]["train"]["samples"] == 60000


class TestFiles:
    def test_download_prints_paths_and_talks_on_standard_error(
        self, hello: str, home: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        code = cli.run(["download", f"{hello}#sha256={HELLO_SHA256}"])

        printed = capfd.readouterr()

        assert code == 0
        assert printed.out.strip() == str(home / "v1/blobs/sha256" / HELLO_SHA256[:2] / HELLO_SHA256)
        assert "hello.txt from disk" in printed.err

    def test_quiet_says_nothing_but_results(self, hello: str, home: Path, capfd: pytest.CaptureFixture[str]) -> None:
        cli.run(["download", hello, "--quiet"])

        printed = capfd.readouterr()

        assert printed.out.startswith(str(home))
        assert printed.err == ""

    @pytest.mark.usefixtures("home")
    def test_download_to_a_folder_copies_under_the_published_name(
        self, hello: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        said(capfd, "download", hello, "--to", str(tmp_path / "here"))

        copy = tmp_path / "here" / "hello.txt"

        assert copy.read_bytes() == HELLO
        assert os.access(copy, os.W_OK)

    @pytest.mark.usefixtures("home")
    def test_a_dry_run_says_what_it_would_fetch_and_fetches_nothing(self, capfd: pytest.CaptureFixture[str]) -> None:
        rows = json.loads(said(capfd, "download", "mnist", "--split", "test", "--dry-run", "--json"))

        assert [row["action"] for row in rows] == ["fetch", "fetch"]
        assert json.loads(said(capfd, "cache", "size", "--json")).get("blobs", 0) == 0

    @pytest.mark.usefixtures("home")
    def test_a_dry_run_shows_no_secrets(self, capfd: pytest.CaptureFixture[str]) -> None:
        text = said(capfd, "download", "https://me:secret@example.org/a.zip?token=secret", "--dry-run")

        assert "https://example.org/a.zip" in text
        assert "secret" not in text

    def test_cache_tells_where_what_and_how_much(
        self, hello: str, home: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        said(capfd, "download", hello, "--quiet")

        sizes = json.loads(said(capfd, "cache", "size", "--json"))

        assert said(capfd, "cache", "dir").strip() == str(home)
        assert sizes["blobs"] == len(HELLO)
        assert "hello.txt" in said(capfd, "cache", "list")

    @pytest.mark.usefixtures("home")
    def test_verify_counts_what_is_as_published(self, hello: str, capfd: pytest.CaptureFixture[str]) -> None:
        said(capfd, "download", hello, "--quiet")

        assert said(capfd, "verify", "--quiet") == "1 of 1 files are as published (5 B)\n"


@pytest.mark.usefixtures("home")
class TestShell:
    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_completion_prints_a_script(self, shell: str, capfd: pytest.CaptureFixture[str]) -> None:
        script = said(capfd, "completion", shell)

        assert "_HUB_COMPLETE" in script

    def test_names_of_datasets_are_completed(self) -> None:
        asked = {"_HUB_COMPLETE": "bash_complete", "COMP_WORDS": "hub info fash", "COMP_CWORD": "2"}

        done = subprocess.run(
            [sys.executable, "-m", "hub"], env={**os.environ, **asked}, capture_output=True, text=True, check=False
        )

        assert "fashion_mnist" in done.stdout

    def test_help_lists_every_command(self, capfd: pytest.CaptureFixture[str]) -> None:
        text = said(capfd, "--help")

        assert all(f"  {name} " in text for name in cli.COMMANDS)

    def test_a_reader_that_goes_away_is_no_error(self) -> None:
        read, write = os.pipe()
        os.close(read)

        done = subprocess.run([sys.executable, "-m", "hub", "list"], stdout=write, stderr=subprocess.PIPE, check=False)
        os.close(write)

        assert done.stderr == b""
