"""The same work in four forms, whatever is known of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import jsonschema
import pytest
import site_cards
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import parse_string

from hub.site import citations
from hub.site.citations import forms, works

if TYPE_CHECKING:
    from hub.cards import DatasetCard
    from hub.site.collection import Collection

REFERENCES = [
    f"{kind}/{path.stem}"
    for kind in ("dataset", "model")
    for path in sorted((site_cards.TOP / f"{kind}s").glob("*.toml"))
]

WORD = {"type": "string", "minLength": 1}
PERSON = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"family-names": WORD, "given-names": WORD},
    "required": ["family-names", "given-names"],
}
ENTITY = {"type": "object", "additionalProperties": False, "properties": {"name": WORD}, "required": ["name"]}
AUTHORS = {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"anyOf": [PERSON, ENTITY]}}
URL = {"type": "string", "pattern": "^(https|http)://.+"}

# The part of the schema of CITATION.cff 1.2.0 (doi:10.5281/zenodo.5171937) that is used here.
CFF = {
    "type": "object",
    "additionalProperties": False,
    "required": ["authors", "cff-version", "message", "title"],
    "properties": {
        "cff-version": {"const": "1.2.0"},
        "message": WORD,
        "type": {"enum": ["dataset", "software"]},
        "title": WORD,
        "version": WORD,
        "license": {"type": "string", "pattern": "^[A-Za-z0-9.+-]+$"},
        "url": URL,
        "authors": AUTHORS,
        "preferred-citation": {
            "type": "object",
            "additionalProperties": False,
            "required": ["authors", "title", "type"],
            "properties": {
                "type": {"enum": ["article", "book", "conference-paper", "generic", "report", "thesis"]},
                "title": WORD,
                "authors": AUTHORS,
                "year": {"type": "integer"},
                "journal": WORD,
                "volume": WORD,
                "issue": WORD,
                "conference": ENTITY,
                "institution": ENTITY,
                "doi": {"type": "string", "pattern": r"^10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-\.\(\)\[\]\\]+$"},
                "url": URL,
            },
        },
    },
}


def of(own: Collection, reference: str) -> citations.Cited | None:
    return citations.of_card(own.entries[reference])


@pytest.mark.parametrize("reference", REFERENCES)
def test_every_card_is_cited_in_forms_that_others_can_read(reference: str, own: Collection) -> None:
    found = of(own, reference)

    if found is None:
        assert cast("DatasetCard", own.entries[reference].card).paper is None
        return
    assert parse_string(found.bibtex, "bibtex").entries
    jsonschema.validate(yaml.safe_load(found.cff), CFF)
    (work,) = json.loads(found.csl)
    assert work.keys() >= {"id", "type", "title", "author", "issued"}
    assert work["title"] in found.plain
    assert str(work["issued"]["date-parts"][0][0]) in found.plain


def test_accents_and_braces_of_latex_become_letters(own: Collection) -> None:
    found = of(own, "dataset/emnist")

    assert found is not None
    assert "André van Schaik" in found.plain
    assert json.loads(found.csl)[0]["author"][-1] == {"family": "van Schaik", "given": "André"}
    assert "{" not in found.plain


def test_bibtex_of_the_card_is_given_as_it_is(small: Collection) -> None:
    card = cast("DatasetCard", small.entries["dataset/tiny_digits"].card)

    found = citations.of_card(small.entries["dataset/tiny_digits"])

    assert found is not None
    assert found.bibtex == card.citation.strip()
    assert (
        found.plain
        == "Ada Lee and Bo Grün (2001). Tiny digits. Journal of Small Things 3: 1\u20139. https://doi.org/10.1000/tiny"
    )
    assert "license: CC-BY-4.0" in found.cff


def test_a_paper_alone_makes_bibtex(small: Collection) -> None:
    found = citations.of_card(small.entries["paper/plain"])

    assert found is not None
    (entry,) = parse_string(found.bibtex, "bibtex").entries.values()
    assert (entry.key, entry.type) == ("lee2016plain", "misc")
    assert (entry.fields["eprint"], entry.fields["year"]) == ("1601.00001", "2016")
    assert [str(person) for person in entry.persons["author"]] == ["Lee, Ada", "Grün, Bo"]


def test_a_paper_is_cited_as_by_the_cards_that_name_it(small: Collection) -> None:
    paper, naming = small.entries["paper/tiny"], small.entries["dataset/tiny_digits"]
    other = small.entries["model/plain"]

    found = citations.of_card(paper, [other, naming])

    assert found is not None
    assert found.bibtex == cast("DatasetCard", naming.card).citation.strip()


def test_a_venue_without_a_doi_may_be_anything() -> None:
    work = works.of_paper("T", ["Ann One"], 2001, "https://arxiv.org/abs/2001.00001", "CVPR 2001")

    (entry,) = parse_string(forms.bibtex(work), "bibtex").entries.values()
    assert (entry.type, entry.fields["howpublished"]) == ("misc", "CVPR 2001")


def test_bibtex_that_nobody_can_read_is_made_anew(small: Collection) -> None:
    entry = small.entries["dataset/tiny_digits"]
    broken = site_cards.changed(small, entry, citation="@article{lee2001, title = {never closed")

    found = citations.of_card(broken.entries[entry.reference])

    assert found is not None
    assert "title = {{Tiny digits}}" in found.bibtex


def test_nobody_is_cited_where_nothing_is_known(small: Collection) -> None:
    assert citations.of_card(small.entries["dataset/bare"]) is None


def test_there_is_no_cff_without_authors() -> None:
    work = works.of_bibtex("@misc{x, title = {Only a title}}", None)

    assert work is not None
    assert not forms.cff(work, "x", "dataset")
    assert forms.plain(work) == "Only a title."


def test_others_are_those_whom_the_card_names() -> None:
    paper = works.of_paper("T", ["Ann One", "Bea Two", "Cy Three"], 2001, "https://example.org")

    work = works.of_bibtex("@misc{x, title = {T}, author = {One, Ann and others}}", paper)

    assert work is not None
    assert [author.family for author in work.authors] == ["One", "Two", "Three"]


def test_of_many_authors_the_line_names_the_first() -> None:
    work = works.of_paper("T", [f"A{number} B{number}" for number in range(9)], 2001, "https://example.org")

    assert forms.plain(work) == "A0 B0 et al. (2001). T. https://example.org"


@pytest.mark.parametrize(("terms", "kept"), [("MIT", True), ("CC-BY-4.0", True), ("public domain", False), ("", False)])
def test_a_licence_is_named_only_if_spdx_has_it(terms: str, kept: bool) -> None:
    work = works.of_paper("T", ["Ann One"], 2001, "https://example.org")

    said = yaml.safe_load(forms.cff(work, "x", "dataset", terms=terms))

    assert said.get("license") == (terms if kept else None)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30)


@settings(deadline=None)  # reading BibTeX is slow on a machine that is busy
@given(title=TEXT, name=TEXT, venue=TEXT)
def test_whatever_a_paper_is_called_its_forms_can_be_read_back(title: str, name: str, venue: str) -> None:
    work = works.of_paper(title, [f"Ada {name}"], 2001, "https://doi.org/10.1000/x", venue)

    (entry,) = parse_string(forms.bibtex(work), "bibtex").entries.values()

    assert entry.fields["year"] == "2001"
    assert json.loads(forms.csl(work))[0]["title"] == title
    said: dict[str, Any] = yaml.safe_load(forms.cff(work, title, "dataset"))
    assert said["title"] == title
