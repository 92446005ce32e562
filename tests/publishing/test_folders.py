"""Publishing into a folder: what is written, what is left alone, and what is refused."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import own_registry
import pytest

import hub
from hub import cli
from hub.errors import CardError, InvalidInput, MissingFile
from hub.publish.publishing import publish
from publishing.drafts import in_folder, write

if TYPE_CHECKING:
    from pathlib import Path

    from hub.publish.publishing import Outcome

INDEX = "registry/v1/index.json"


@pytest.fixture
def place(tmp_path: Path, home: Path) -> Path:
    """A folder that is not there yet, and a store."""
    return tmp_path / "lab"


def one(place: Path, name: str = "cats", *, replace: bool = False, **more: str) -> Outcome:
    card = write(place.parent / "work", name, **more)
    return publish([card.with_suffix(".txt")], [card], place, replace=replace)


def state(place: Path) -> dict[str, tuple[int, int]]:
    files = (path for path in place.rglob("*") if path.is_file())
    return {str(path.relative_to(place)): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}


def test_what_is_published_is_loaded_by_the_registrys_name(place: Path) -> None:
    one(place)

    assert cli.run(["registry", "add", "lab", str(place)]) == 0
    found = hub.load_dataset("lab/cats", split="all")

    assert [sample.text for sample in found] == ["a line about cats"]


def test_all_but_the_index_is_named_by_its_digest(place: Path) -> None:
    one(place)

    listed = in_folder(place)["cats"]
    assert listed["card"] == f"datasets/{listed['sha256']}/cats.json"
    assert len(list((place / "registry/v1/files/sha256").rglob("*/*"))) == 1


def test_publishing_again_writes_nothing(place: Path) -> None:
    first = one(place)
    before = state(place)

    second = one(place)

    assert (first.changed, second.changed, second.written) == (True, False, ())
    assert state(place) == before


def test_what_a_run_that_was_interrupted_has_written_is_used(place: Path) -> None:
    one(place)
    (place / INDEX).unlink()
    for each in (place / "registry/v1/history").iterdir():
        each.unlink()

    found = one(place)

    assert len(found.written) == 0
    assert in_folder(place).keys() == {"cats"}


def test_an_index_that_was_made_and_not_renamed_is_put_in_place_by_the_next_run(place: Path) -> None:
    one(place)
    before = (place / INDEX).read_bytes()
    one(place, "dogs")
    (place / INDEX).write_bytes(before)

    assert not one(place, "dogs").changed

    assert in_folder(place).keys() == {"cats", "dogs"}


def test_versions_stand_side_by_side(place: Path) -> None:
    one(place)
    one(place, version="1.10.0", text="a newer line\n")
    one(place, version="1.9.0", text="a line between\n")

    cli.run(["registry", "add", "lab", str(place)])

    texts = {name: hub.load_dataset(name, split="all")[0].text for name in ("lab/cats", "lab/cats@1.0.0")}
    assert texts == {"lab/cats": "a newer line", "lab/cats@1.0.0": "a line about cats"}
    assert [each["version"] for each in in_folder(place)["cats"]["earlier"]] == ["1.0.0", "1.9.0"]
    assert hub.registry.find_dataset("lab/cats@1.9.0").card.version == "1.9.0"
    with pytest.raises(hub.NotFound, match=r"no version '2\.0\.0'"):
        hub.info("lab/cats@2.0.0")


def test_a_version_is_not_replaced_by_accident(place: Path) -> None:
    one(place)
    before = state(place)

    with pytest.raises(InvalidInput, match="published already"):
        one(place, text="another line\n")

    assert state(place) == before
    assert one(place, text="another line\n", replace=True).changed


def test_a_name_belongs_to_one_card(place: Path) -> None:
    one(place)
    card = write(place.parent / "work", "tigers")
    card.write_text('aliases = ["Cats"]\n' + card.read_text("utf-8"), "utf-8")

    with pytest.raises(InvalidInput, match="'cats' is that of cats already"):
        publish([card.with_suffix(".txt")], [card], place)


def test_a_wrong_card_is_told_by_file_and_key_and_nothing_is_written(place: Path) -> None:
    card = write(place.parent / "work", "cats")
    card.write_text(card.read_text("utf-8").replace("samples = 1", 'sample = "one"'), "utf-8")

    with pytest.raises(CardError) as caught:
        publish([card.with_suffix(".txt")], [card], place)

    assert caught.value.path == card
    assert caught.value.faults == [("splits.all.sample", "unknown key; did you mean 'samples'?")]
    assert not place.exists()


def test_a_digest_that_the_card_states_is_compared(place: Path) -> None:
    card = write(place.parent / "work", "cats")
    card.write_text(card.read_text("utf-8") + f'sha256 = "{"0" * 64}"\n', "utf-8")

    with pytest.raises(CardError, match=r"artifacts\[0\].sha256"):
        publish([card.with_suffix(".txt")], [card], place)


def test_a_file_that_no_card_is_about_is_refused(place: Path) -> None:
    card = write(place.parent / "work", "cats")
    other = card.with_name("dogs.txt")
    other.write_text("dogs\n", "utf-8")

    with pytest.raises(InvalidInput, match=r"no card is about dogs\.txt"):
        publish([card.with_suffix(".txt"), other], [card], place)


def test_a_file_that_is_not_there_is_told(place: Path) -> None:
    card = write(place.parent / "work", "cats")

    with pytest.raises(MissingFile, match=r"nothing\.txt is not there"):
        publish([card.with_name("nothing.txt")], [card], place)


def test_a_dry_run_writes_nothing(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    card = write(place.parent / "work", "cats")

    code = cli.run(["publish", str(card.with_suffix(".txt")), "--card", str(card), "--to", str(place), "--dry-run"])

    told = capsys.readouterr()
    assert (code, told.out) == (0, "cats@1.0.0\n")
    assert "would write" in told.err
    assert not place.exists()


def test_a_folder_of_cards_is_published_with_the_files_beside_them(place: Path) -> None:
    cards = own_registry.write_cards(place.parent / "cards")
    (cards / "models/watchers.toml").unlink()

    found = publish([], [cards], place)

    assert found.names == ("cats@1.0.0", "feeder")
    assert in_folder(place).keys() == {"cats", "feeder"}


def test_a_registry_that_was_built_is_taken_further(place: Path) -> None:
    cards = own_registry.write_cards(place.parent / "cards")
    own_registry.build(cards, place / "registry/v1")

    one(place, "dogs")

    assert in_folder(place).keys() == {"cats", "watchers", "feeder", "dogs"}


def test_a_list_that_was_damaged_is_not_taken_for_less(place: Path) -> None:
    one(place)
    listed = next((place / "registry/v1/lists").iterdir())
    listed.write_bytes(listed.read_bytes().replace(b"Lines", b"Limes"))
    before = (place / INDEX).read_bytes()

    with pytest.raises(hub.IntegrityError, match="is not the one that the index names"):
        one(place, "dogs")

    assert (place / INDEX).read_bytes() == before


def test_a_page_that_somebody_else_has_made_stays(place: Path) -> None:
    place.mkdir()
    (place / "index.html").write_text("ours", "utf-8")

    one(place)

    assert (place / "index.html").read_text("utf-8") == "ours"


def test_the_page_of_a_card_is_text_whatever_the_card_says(place: Path) -> None:
    card = write(place.parent / "work", "cats")
    card.write_text(card.read_text("utf-8").replace("A line about", "<script>alert(1)</script>"), "utf-8")

    publish([card.with_suffix(".txt")], [card], place)

    page = (place / "registry/v1" / in_folder(place)["cats"]["card"]).with_suffix(".html").read_text("utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "hub.load_dataset(&quot;NAME/cats@1.0.0&quot;" in page


def test_a_web_server_of_another_user_may_read_all(place: Path) -> None:
    before = os.umask(0o022)
    try:
        one(place)
    finally:
        os.umask(before)

    files = [path for path in place.rglob("*") if path.is_file() and not path.name.startswith(".")]
    assert all(path.stat().st_mode & 0o004 for path in files)


def test_json_tells_what_was_written(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    card = write(place.parent / "work", "cats")

    cli.run(["publish", str(card.with_suffix(".txt")), "--card", str(card), "--to", str(place), "--json"])

    told = json.loads(capsys.readouterr().out)
    assert (told["names"], told["changed"], told["address"]) == (["cats@1.0.0"], True, f"{place}/")
    assert any(path.startswith("registry/v1/files/") for path in told["written"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(["x.pth"], "the network ([[variants]])", id="no card"),
        pytest.param(["x.csv"], "name, version, summary and license", id="no card of a dataset"),
        pytest.param(["x", "--card", "x.toml"], "--to DIR", id="no place"),
        pytest.param(
            ["x", "--card", "x.toml", "--to", "https://lab.example"], "s3://BUCKET/PREFIX", id="no such place"
        ),
        pytest.param(["--card", "gone.toml", "--to", "lab"], "there is no card gone.toml", id="no such card"),
    ],
)
def test_what_lacks_is_told(arguments: list[str], told: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["publish", *arguments]) in (1, 2)

    assert told in capsys.readouterr().err
