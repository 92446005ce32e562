"""A work as BibTeX, CSL-JSON, CFF and a plain line."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import yaml
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.site.citations.works import Author, Work

# What BibTeX calls a kind of work -> what CSL 1.0.2 and CFF 1.2.0 call it.
CSL_TYPES = {
    "article": "article-journal",
    "book": "book",
    "inproceedings": "paper-conference",
    "phdthesis": "thesis",
    "techreport": "report",
}
CFF_TYPES = {
    "article": "article",
    "book": "book",
    "inproceedings": "conference-paper",
    "phdthesis": "thesis",
    "techreport": "report",
}

ARXIV = re.compile(r"https?://arxiv\.org/abs/([0-9]{4}\.[0-9]{4,5}|[a-z.-]+/[0-9]{7})")
EN_DASH = "\u2013"
DASHES = re.compile(f"-+|{EN_DASH}")
MANY = 8
"""Authors that a plain line names; of more it names the first."""

# What BibTeX and LaTeX read as more than text. A brace counts for BibTeX even behind a backslash, so it is spelt.
LATEX = str.maketrans(
    {"{": "{\\textbraceleft}", "}": "{\\textbraceright}", "\\": "{\\textbackslash}", "~": "{\\textasciitilde}"}
    | {"^": "{\\textasciicircum}"}
    | {character: f"\\{character}" for character in "&%$#_"}
)


def bibtex(work: Work) -> str:
    """Return an entry of BibTeX: the card's own, or one that is made of what is known."""
    return work.bibtex or "\n".join([f"@{work.kind}{{{work.key},", *_bibtex_fields(work), "}"])


def _bibtex_fields(work: Work) -> Iterator[str]:
    arxiv = ARXIV.match(work.url)
    fields = {
        # Braces within keep capitals as they are.
        "title": f"{{{work.title.translate(LATEX)}}}",
        "author": " and ".join(_name_in_bibtex(author) for author in work.authors),
        "journal" if work.kind == "article" else "howpublished": work.within.translate(LATEX),
        "year": str(work.year or ""),
        "doi": work.doi,
        "eprint": arxiv[1] if arxiv else "",
        "archiveprefix": "arXiv" if arxiv else "",
        "url": _url_in_bibtex(work.url),
    }
    yield from (f"  {name} = {{{value}}}," for name, value in fields.items() if value)


def _name_in_bibtex(author: Author) -> str:
    family, given = author.family.translate(LATEX), author.given.translate(LATEX)
    return f"{family}, {given}" if given else f"{{{family}}}"


def _url_in_bibtex(url: str) -> str:
    return url.replace("{", "%7B").replace("}", "%7D")


def csl(work: Work) -> str:
    """Return the work as a list of one in CSL-JSON, which reference managers read."""
    facts = {
        "id": work.key,
        "type": CSL_TYPES.get(work.kind, "article"),
        "title": work.title,
        "author": [_name_in_csl(author) for author in work.authors],
        "issued": {"date-parts": [[work.year]]} if work.year else None,
        "container-title": "" if work.kind == "techreport" else work.within,
        "publisher": work.within if work.kind == "techreport" else "",
        "volume": work.volume,
        "issue": work.number,
        "page": DASHES.sub("-", work.pages),
        "DOI": work.doi,
        "URL": work.url,
    }
    return json.dumps([{name: fact for name, fact in facts.items() if fact}], ensure_ascii=False, indent=1)


def _name_in_csl(author: Author) -> dict[str, str]:
    return {"family": author.family, "given": author.given} if author.given else {"literal": author.family}


def plain(work: Work) -> str:
    """Return the work on one line, for people."""
    names = [str(author) for author in work.authors]
    who = (
        f"{names[0]} et al." if len(names) > MANY else " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
    )
    where = f"{work.within} {work.volume}{f'({work.number})' if work.volume and work.number else ''}".strip()
    where += f": {DASHES.sub(EN_DASH, work.pages)}" if where and work.pages else ""
    link = f"https://doi.org/{work.doi}" if work.doi else work.url
    said = (f"{who} ({work.year})" if work.year else who, work.title, where)
    return " ".join([*(f"{each.rstrip('.')}." for each in said if each), link]).strip()


def cff_reference(work: Work) -> dict[str, object]:
    """Return the work as an entry of `references` or `preferred-citation` in CITATION.cff, version 1.2.0."""
    facts: dict[str, object] = {
        "type": CFF_TYPES.get(work.kind, "generic"),
        "title": work.title,
        "authors": [_name_in_cff(author) for author in work.authors],
        "year": work.year,
        **_place_in_cff(work),
        "doi": work.doi,
        "url": work.url,
    }
    return {name: fact for name, fact in facts.items() if fact}


def _place_in_cff(work: Work) -> dict[str, object]:
    if work.kind == "inproceedings":
        return {"conference": {"name": work.within} if work.within else None}
    if work.kind == "techreport":
        return {"institution": {"name": work.within} if work.within else None}
    return {"journal": work.within if work.kind == "article" else "", "volume": work.volume, "issue": work.number}


def _name_in_cff(author: Author) -> dict[str, str]:
    if not author.given:
        return {"name": author.family}
    return {"family-names": author.family, "given-names": author.given}


def cff(work: Work, name: str, kind: str, *, version: str = "", terms: str = "", url: str = "") -> str:
    """Return a CITATION.cff, version 1.2.0, for something called `name` that the work stands for.

    It is empty where nobody is named, since authors are the one thing that the format insists on.
    `kind` is "dataset" or "software". `terms` become its licence if they are an expression of SPDX.
    """
    if not work.authors:
        return ""
    facts: dict[str, object] = {
        "cff-version": "1.2.0",
        "message": "Please cite the work under preferred-citation.",
        "type": kind,
        "title": name,
        "version": version,
        "license": _spdx(terms),
        "url": url,
        "authors": [_name_in_cff(author) for author in work.authors],
        "preferred-citation": cff_reference(work),
    }
    said = {key: fact for key, fact in facts.items() if fact}
    return yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=10_000)


def _spdx(terms: str) -> str:
    """Return a licence if SPDX knows it by this very name, else nothing."""
    try:
        known = canonicalize_license_expression(terms)
    except InvalidLicenseExpression:
        return ""
    return terms if known == terms and " " not in terms else ""
