"""Cards say what they must, and a broken one is told every fault at once."""

from __future__ import annotations

import tomllib
from pathlib import Path

import jsonschema
import msgspec
import pytest

from hub import cards
from hub.errors import CardError
from hub.registry.spelling import normal

ROOT = Path(__file__).parent.parent
FILES = sorted([*ROOT.glob("datasets/*.toml"), *ROOT.glob("models/*.toml")])
NAMES = [f"{path.parent.name}/{path.stem}" for path in FILES]

SMALL = """
schema = 1
name = "Small"
version = "1.0.0"
task = ["image-classification"]
modality = ["image"]
license = "CC0-1.0"
homepage = "https://example.org"
reader = "idx"
summary = { en = "A small one." }

[[fields]]
name = "label"
kind = "label"
classes = ["a", "b"]

[splits.train]
samples = 3
files = { labels = "labels" }

[[artifacts]]
name = "labels"
sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
sources = [{ url = "https://example.org/labels" }]
"""


def faults_of(tmp_path: Path, old: str, new: str) -> dict[str, str]:
    """Return key path -> message for the small card with one piece of text replaced."""
    assert old in SMALL
    path = tmp_path / "small.toml"
    path.write_text(SMALL.replace(old, new), "utf-8")
    try:
        cards.read_dataset(path)
    except CardError as error:
        return dict(error.faults)
    return {}


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_card_of_ours_is_valid_and_speaks_both_languages(path: Path) -> None:
    card = cards.read_dataset(path) if path.parent.name == "datasets" else cards.read_model(path)

    assert 50 <= len(card.summary.en) <= 160
    assert card.summary.zh
    assert card.license


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_card_of_ours_fits_the_exported_schema(path: Path) -> None:
    kind = path.parent.name.removesuffix("s")

    # JSON has no dates: there they are text.
    table = msgspec.to_builtins(tomllib.loads(path.read_text("utf-8")))

    jsonschema.validate(table, cards.schema(kind))


@pytest.mark.parametrize("kind", ["datasets", "models"])
def test_no_two_cards_claim_one_spelling(kind: str) -> None:
    claims = [
        (normal(name), identifier)
        for path in sorted((ROOT / kind).glob("*.toml"))
        for identifier, names in _names(path)
        for name in {identifier, *names}
    ]

    spellings = [spelling for spelling, _ in set(claims)]

    assert len(spellings) == len(set(spellings))


def _names(path: Path) -> list[tuple[str, tuple[str, ...]]]:
    """Return (id, other names) of each entry of a card."""
    if path.parent.name == "datasets":
        return [(path.stem, cards.read_dataset(path).names)]
    return [(variant.name, variant.aliases) for variant in cards.read_model(path).variants]


def test_the_small_card_is_valid(tmp_path: Path) -> None:
    assert faults_of(tmp_path, "schema = 1", "schema = 1") == {}


@pytest.mark.parametrize("url", ["gdrive:0B_file-1", "gdrive:0B_file-1#member.txt", "pypi:a==1/a-1.tar.gz#b"])
def test_a_source_may_be_more_than_a_url(url: str, tmp_path: Path) -> None:
    assert faults_of(tmp_path, "https://example.org/labels", url) == {}


@pytest.mark.parametrize("known", [f'md5 = "{"0" * 32}"', f'sha256 = "{"0" * 64}"'], ids=["md5", "sha256"])
def test_http_is_allowed_with_a_whole_digest(known: str, tmp_path: Path) -> None:
    old = f'sha256 = "{"0" * 64}"\nsources = [{{ url = "https:'

    assert faults_of(tmp_path, old, f'{known}\nsources = [{{ url = "http:') == {}


def test_every_fault_is_told_at_once_with_its_key(tmp_path: Path) -> None:
    broken = 'schema = 2\nlicence = "MIT"\nnotes = 3'

    faults = faults_of(tmp_path, "schema = 1", broken)

    assert faults.keys() == {"schema", "licence", "notes"}
    assert faults["licence"] == "unknown key; did you mean 'license'?"


FAULTS = {
    "wrong type deep inside": ("samples = 3", 'samples = "3"', "splits.train.samples"),
    "place in a list": ('sha256 = "0000', 'sha256 = "zz00', "artifacts[0].sha256"),
    "unknown scheme": ('url = "https://', 'url = "gopher://', "artifacts[0].sources[0].url"),
    "a Drive source without a file id": (
        'url = "https://example.org/labels"',
        'url = "gdrive:"',
        "artifacts[0].sources[0].url",
    ),
    "missing key": ('version = "1.0.0"\n', "", "version"),
    "version without three numbers": ('"1.0.0"', '"1.0"', "version"),
    "http with the beginning of a digest": (
        'sha256 = "0000000000000000000000000000000000000000000000000000000000000000"\nsources = [{ url = "https:',
        'sha256_prefix = "00000000"\nsources = [{ url = "http:',
        "artifacts[0].sources[0].url",
    ),
    "http with no digest at all": (
        'sha256 = "0000000000000000000000000000000000000000000000000000000000000000"\nsources = [{ url = "https:',
        'sources = [{ url = "http:',
        "artifacts[0].sources[0]",
    ),
    "no digest at all": (
        'sha256 = "0000000000000000000000000000000000000000000000000000000000000000"\n',
        "",
        "artifacts[0].sources[0]",
    ),
    "a file that is no artifact": ('labels = "labels"', 'labels = "lables"', "splits.train.files.labels"),
    "a name with a folder": ('name = "labels"', 'name = "../labels"', "artifacts[0].name"),
    "a default variant that is none": ("schema = 1", 'schema = 1\ndefault_variant = "fine"', "default_variant"),
    "an unknown kind of upstream types": ("schema = 1", 'schema = 1\nupstream.types = "lists"', "upstream.types"),
    "a member's digest that is none": (
        'name = "labels"\n',
        'name = "labels"\nmembers = { a = "0000" }\n',
        "artifacts[0].members.a",
    ),
    "a value made of what is not stored": (
        "[splits.train]",
        '[[fields]]\nname = "made"\nkind = "number"\nmade_of = ["labels"]\nmaker = "positive"\n\n[splits.train]',
        "fields[1].made_of",
    ),
    "a value made by nothing": (
        "[splits.train]",
        '[[fields]]\nname = "made"\nkind = "number"\nmade_of = ["label"]\n\n[splits.train]',
        "fields[1].maker",
    ),
    "rows that do not add up": ("samples = 3", "samples = 3\nrows = [0, 2]", "splits.train.rows"),
}


@pytest.mark.parametrize(("old", "new", "key"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_named_by_its_key(old: str, new: str, key: str, tmp_path: Path) -> None:
    assert key in faults_of(tmp_path, old, new)


BY_HAND = """
schema = 1
name = "Photos"
version = "1.0.0"
task = ["image-classification"]
modality = ["image"]
license = "non-commercial use only"
homepage = "https://example.org"
reader = "idx"
summary = { en = "One to sign for." }
manual = "Sign the form at https://example.org/form."

[[fields]]
name = "label"
kind = "label"

[splits.train]
samples = 3
files = { labels = "labels" }

[[artifacts]]
name = "labels"
"""


def by_hand(tmp_path: Path, old: str = "", new: str = "") -> cards.DatasetCard:
    path = tmp_path / "photos.toml"
    path.write_text(BY_HAND.replace(old, new), "utf-8")
    return cards.read_dataset(path)


def test_a_card_without_artifacts_says_where_to_get_them_by_hand(tmp_path: Path) -> None:
    assert by_hand(tmp_path).by_hand
    with pytest.raises(CardError, match="artifacts: missing, and so is `manual`"):
        by_hand(tmp_path, '\n[[artifacts]]\nname = "labels"\n', "")


def test_a_card_whose_reader_needs_no_file_needs_no_artifact(tmp_path: Path) -> None:
    made_up = BY_HAND.replace('manual = "Sign the form at https://example.org/form."\n', "")
    path = tmp_path / "made_up.toml"
    without = made_up.replace('{ labels = "labels" }', "{}").replace('[[artifacts]]\nname = "labels"\n', "")
    path.write_text(without, "utf-8")

    assert not cards.read_dataset(path).by_hand


def test_artifacts_without_a_source_are_got_by_hand_and_others_are_not(tmp_path: Path) -> None:
    pinned = f'[[artifacts]]\nname = "labels"\nmd5 = "{"0" * 32}"\n'
    source = 'sources = [{ url = "https://example.org/labels" }]\n'

    bare = '[[artifacts]]\nname = "labels"\n'

    assert by_hand(tmp_path, bare, pinned).by_hand
    assert not by_hand(tmp_path, bare, pinned + source).by_hand


def test_splits_and_variants_exclude_each_other(tmp_path: Path) -> None:
    both = "[variants.only.splits.train]\nsamples = 3\nfiles = { labels = 'labels' }\n\n[splits.train]"

    assert "splits" in faults_of(tmp_path, "[splits.train]", both)


def test_an_artifact_cannot_stand_twice(tmp_path: Path) -> None:
    twice = '[[artifacts]]\nname = "labels"\n\n[[artifacts]]\nname = "labels"'

    assert "artifacts[1].name" in faults_of(tmp_path, '[[artifacts]]\nname = "labels"', twice)


def test_what_is_no_toml_says_where(tmp_path: Path) -> None:
    assert "line" in faults_of(tmp_path, "schema = 1", "schema = ")[""]


def test_weights_need_exactly_one_default(tmp_path: Path) -> None:
    path = tmp_path / "resnet.toml"
    text = (ROOT / "models" / "resnet.toml").read_text("utf-8")
    path.write_text(text.replace("default = true\n", "", 1), "utf-8")

    with pytest.raises(CardError, match="exactly one must say default"):
        cards.read_model(path)


def test_a_card_without_artifacts_may_leave_its_splits_to_the_files(tmp_path: Path) -> None:
    head, _, _ = BY_HAND.partition("[splits.train]")
    path = tmp_path / "own.toml"
    path.write_text(head, "utf-8")

    assert cards.read_dataset(path).splits == {}


def test_a_card_with_artifacts_needs_splits(tmp_path: Path) -> None:
    head, _, _ = BY_HAND.partition("[splits.train]")
    path = tmp_path / "own.toml"
    path.write_text(head + '[[artifacts]]\nname = "labels"\n', "utf-8")

    with pytest.raises(CardError, match="splits: missing"):
        cards.read_dataset(path)


@pytest.mark.parametrize("kind", cards.CARD_TYPES)
def test_the_schema_says_of_every_key_what_it_means(kind: str) -> None:
    definitions = cards.schema(kind)["$defs"]

    assert isinstance(definitions, dict)
    silent = {
        f"{name}.{key}"
        for name, struct in definitions.items()
        for key, described in struct["properties"].items()
        if key != "preset" and not described.get("description")
    }
    assert silent == set()
