"""The registry that is written: everything in it is checked by somebody else's reader or by its own digests."""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import jsonschema
import own_registry
import pytest

from hub import cards
from hub.registry import listing
from hub.registry.folder import KINDS, cards_folder
from hub.site import collection, registry

if TYPE_CHECKING:
    from pathlib import Path

    from hub.site.collection import Collection

BASE = "https://hub.example.org/sub/"
ATOM = "{http://www.w3.org/2005/Atom}"
# What a client fetches before it knows a single card.
LARGEST_INDEX = 60_000


@pytest.fixture(scope="module")
def ours() -> Collection:
    """Our own cards."""
    return collection.load(cards_folder())


@pytest.fixture(scope="module")
def site(ours: Collection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the website that the registry is written into."""
    folder = tmp_path_factory.mktemp("site")
    registry.write(ours, folder, BASE)
    return folder


@pytest.fixture(scope="module")
def v1(site: Path) -> Path:
    return site / "registry" / "v1"


def read(path: Path) -> Any:
    return json.loads(path.read_bytes())


def lists(v1: Path) -> dict[str, list[dict[str, Any]]]:
    return {each["kind"]: read(v1 / each["list"])["entries"] for each in read(v1 / "index.json")["lists"]}


def test_the_same_cards_give_the_same_bytes(ours: Collection, site: Path, tmp_path: Path) -> None:
    registry.write(ours, tmp_path, BASE)

    assert contents(tmp_path) == contents(site)


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_index_and_lists_state_the_digest_of_all_that_they_name(v1: Path) -> None:
    named = [(each["list"], each) for each in read(v1 / "index.json")["lists"]]
    named += [(entry["card"], entry) for entries in lists(v1).values() for entry in entries]

    for name, entry in named:
        data = (v1 / name).read_bytes()
        assert (entry["sha256"], entry["size"]) == (hashlib.sha256(data).hexdigest(), len(data)), name


def test_every_card_is_listed_in_order(ours: Collection, v1: Path) -> None:
    listed = [f"{kind}/{entry['id']}" for kind, entries in lists(v1).items() for entry in entries]

    assert listed == list(ours.entries)


def test_no_list_is_large(v1: Path) -> None:
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in [*v1.glob("index/*"), v1 / "index.json"]}

    assert max(sizes.values()) <= LARGEST_INDEX, sizes


def test_no_list_has_an_entry_that_a_client_would_leave_out(v1: Path) -> None:
    assert listing.read_index((v1 / "index.json").read_bytes()).faults == []
    assert [fault for path in v1.glob("index/*") for fault in listing.read(path.read_bytes()).faults] == []


def test_cards_lists_and_index_fit_the_schemas_beside_them(v1: Path) -> None:
    jsonschema.validate(read(v1 / "index.json"), read(v1 / "schema/index.schema.json"))
    for kind, entries in lists(v1).items():
        jsonschema.validate(read(v1 / f"index/{kind}.json"), read(v1 / "schema/list.schema.json"))
        validator = jsonschema.Draft202012Validator(read(v1 / f"schema/{kind}.schema.json"))
        for entry in entries:
            assert list(validator.iter_errors(read(v1 / entry["card"]))) == [], entry["id"]


def test_a_card_says_as_json_what_it_says_as_toml(ours: Collection, v1: Path) -> None:
    for entry in ours.entries.values():
        if entry.id != "retinanet" and not _has_no_number(entry.path):
            table = read(v1 / f"{entry.kind}s" / f"{entry.id}.json")
            assert cards.from_table(entry.kind, table, entry.id) == entry.card


def _has_no_number(path: Path) -> bool:
    """JSON has no word for a figure that is no number."""
    return "= nan" in path.read_text("utf-8")


def test_a_file_whose_digest_nobody_publishes_says_so(v1: Path) -> None:
    weights = [each for variant in read(v1 / "models/vgg.json")["variants"] for each in variant["weights"]]

    for artifact in (each["artifact"] for each in weights):
        assert "sha256" in artifact
        assert artifact["sha256"] or artifact["sha256_prefix"]


def test_the_registry_names_no_host_of_its_own(v1: Path) -> None:
    served = [path for path in v1.rglob("*.json") if path.parent.name != "croissant"]

    assert [path for path in served if BASE in path.read_text("utf-8")] == []


def test_a_broken_card_leaves_the_others(tmp_path: Path) -> None:
    folder = own_registry.write_cards(tmp_path / "cards")
    (folder / "datasets" / "broken.toml").write_text("schema = 1\n", "utf-8")

    registry.write(collection.load(folder), tmp_path / "out", BASE)

    assert [entry["id"] for entry in lists(tmp_path / "out/registry/v1")["dataset"]] == ["cats"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of rdflib's own parser
def test_croissant_is_accepted_by_its_own_reader(v1: Path) -> None:
    mlcroissant = pytest.importorskip("mlcroissant", reason="pip install mlcroissant")

    for path in sorted((v1 / "croissant").iterdir()):
        found = mlcroissant.Dataset(jsonld=path)
        assert not found.metadata.issues.errors
        assert not found.metadata.issues.warnings, path.name


def test_croissant_has_a_digest_and_an_address_for_every_file(ours: Collection, v1: Path) -> None:
    for path in sorted((v1 / "croissant").iterdir()):
        files = read(path)["distribution"]
        assert all(each["contentUrl"].startswith("http") and ("sha256" in each or "md5" in each) for each in files)
        assert len({each["@id"] for each in files}) == len(files)
    assert {"mnist.json", "cifar10.json", "imdb.json"} <= {path.name for path in (v1 / "croissant").iterdir()}


def test_a_file_of_ones_own_has_its_address_in_croissant(tmp_path: Path) -> None:
    registry.write(collection.load(own_registry.write_cards(tmp_path / "cards")), tmp_path / "out", BASE)

    table = read(tmp_path / "out/registry/v1/croissant/cats.json")

    assert table["distribution"][0]["contentUrl"] == f"{BASE}registry/v1/files/cats/images"


def test_the_head_of_a_readme_is_read_by_hugging_face(v1: Path) -> None:
    hugging_face = pytest.importorskip("huggingface_hub", reason="pip install huggingface_hub")

    card = hugging_face.ModelCard((v1 / "huggingface/alexnet.md").read_text("utf-8"))

    assert (card.data.license, card.data.pipeline_tag) == ("bsd-3-clause", "image-classification")
    results = {result.metric_type: result.metric_value for result in card.data.eval_results}
    assert results["acc@1"] == 56.522


def test_every_head_of_a_readme_is_yaml(v1: Path) -> None:
    yaml = pytest.importorskip("yaml")

    for path in (v1 / "huggingface").iterdir():
        head = yaml.safe_load(path.read_text("utf-8").split("---\n")[1])
        assert {"license", "library_name", "tags"} <= head.keys()


def test_the_inventory_is_read_by_sphinx_and_keeps_the_names_of_pages(site: Path, ours: Collection) -> None:
    inventories = pytest.importorskip("sphinx.util.inventory", reason="pip install 'hub-zoo[site]'")

    found = inventories.InventoryFile.loads((site / "objects.inv").read_bytes(), uri=BASE)
    labels = found.data["std:label"] if hasattr(found, "data") else found["std:label"]

    assert {f"{entry.kind}/{entry.id}" for entry in ours.entries.values()} <= set(labels)
    assert labels["model/resnet18"].uri == f"{BASE}models/resnet/index.html"
    assert labels["dataset/mnist"].display_name == "MNIST"


def test_feeds_are_atom_newest_first_with_lasting_ids(site: Path, ours: Collection) -> None:
    feed = ET.parse(site / "feed.xml").getroot()  # noqa: S314  our own

    entries = feed.findall(f"{ATOM}entry")
    ids = [each.findtext(f"{ATOM}id") for each in entries]
    dates = [each.findtext(f"{ATOM}updated") or "" for each in entries]

    assert feed.tag == f"{ATOM}feed"
    assert len(set(ids)) == len(ids) > 0
    assert dates == sorted(dates, reverse=True)
    assert all((each or "").startswith(BASE) for each in ids)
    assert all(feed.find(f"{ATOM}{name}") is not None for name in ("id", "title", "updated", "author"))


def test_there_is_a_feed_for_every_kind(site: Path) -> None:
    kinds = {path.stem for path in (site / "feed").iterdir()}

    assert kinds == set(KINDS)
    for path in (site / "feed").iterdir():
        terms = {each.get("term") for each in ET.parse(path).getroot().iter(f"{ATOM}category")}  # noqa: S314  our own
        assert terms <= {path.stem}


def test_llms_txt_begins_as_the_convention_says_and_names_every_card(site: Path, ours: Collection) -> None:
    text = (site / "llms.txt").read_text("utf-8")

    assert text.startswith("# hub\n\n> ")
    assert all(f"({BASE}{entry.kind}s/{entry.id}/)" in text for entry in ours.entries.values())
