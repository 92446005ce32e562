"""The forms in which published files lie on disks: as they are, or as some source packs them.

A file is told by its size first and by its name second, so that not everything has to be read: one whose size is that
of no form, and whose name is that of no form of unknown size, is none of ours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from hub.digest import HEX_LENGTH, Digest, digest_in_name, strongest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hub.adopting.walking import Seen
    from hub.cards import Artifact, Source
    from hub.fetch.plans import Plan

SHORTEST = 8
"""So many digits of a sha256 in the name of a file are enough to look at it."""


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One form of an artifact: its own bytes, or a file that holds them as `member`, packed as `unwrap` says.

    `digests` are those of the form, as far as they are published; `size` likewise.
    """

    owner: str
    artifact: Artifact
    size: int | None
    digests: tuple[Digest, ...]
    names: tuple[str, ...]
    packed: bool = False
    member: str = ""
    unwrap: str = ""

    @property
    def guessed(self) -> bool:
        """Whether nobody publishes this form: somebody may have packed the file himself, as people do."""
        return self.packed and self.size is None and not self.digests

    @property
    def key(self) -> tuple[str, str]:
        """What it is a form of: owner and name of the artifact."""
        return self.owner, self.artifact.name

    def could_hash_to(self, sha256: str) -> bool:
        """Whether a file of this sha256 may be of this form, as far as that is known without its MD5."""
        return all(digest.matches(sha256) for digest in self.digests if digest.algorithm == "sha256")


@dataclass(frozen=True, slots=True)
class Forms:
    """All forms that are known, by what tells files apart without reading them."""

    plans: Sequence[Plan]
    by_size: dict[int, list[Form]] = field(default_factory=dict)
    by_name: dict[str, list[Form]] = field(default_factory=dict)
    sizes_of_name: dict[str, set[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, plans: Iterable[Plan]) -> Forms:
        """Return the forms of everything that these plans name."""
        forms = cls(list(plans))
        for plan in forms.plans:
            for artifact in plan.artifacts:
                for form in _forms(plan.owner, artifact):
                    forms._add(form)
        return forms

    def _add(self, form: Form) -> None:
        if form.size is not None:
            self.by_size.setdefault(form.size, []).append(form)
            for name in form.names:
                self.sizes_of_name.setdefault(name, set()).add(form.size)
        else:
            for name in form.names:
                self.by_name.setdefault(name, []).append(form)

    def fitting(self, file: Seen) -> list[Form]:
        """Return the forms that a file may be of, judged by size and name.

        Where it is one that is published nothing is guessed: the archives of several datasets have the same names.
        """
        of_size = self.by_size.get(file.size, ())
        of_name = (form for key in _keys(file.names) for form in self.by_name.get(key, ()))
        return list(dict.fromkeys([*of_size, *(form for form in of_name if not (of_size and form.guessed))]))

    def differs(self, file: Seen) -> bool:
        """Whether a file has a name of which every form is of another size."""
        return any(file.size not in self.sizes_of_name[name] for name in file.names if name in self.sizes_of_name)


def _keys(names: Iterable[str]) -> Iterator[str]:
    """Yield what a file can be found by: its names, and the beginning of a sha256 in one of them."""
    for name in names:
        yield name
        # Hugging Face's caches name files by their digest alone.
        begins = name if len(name) == HEX_LENGTH["sha256"] else digest_in_name(name)
        if begins:
            yield begins[:SHORTEST]


def _forms(owner: str, artifact: Artifact) -> Iterator[Form]:
    plain = {artifact.name, *(_basename(source.url) for source in artifact.sources if not source.wrapped)}
    if artifact.digests:
        begins = artifact.sha256 or artifact.sha256_prefix or ""
        names = (*sorted(plain), *([begins[:SHORTEST]] if begins else []))
        yield Form(owner, artifact, artifact.size, strongest(artifact.digests), names)
    yield from _packed(owner, artifact)


def _packed(owner: str, artifact: Artifact) -> Iterator[Form]:
    seen = set()
    for source in artifact.sources:
        form = _of_source(owner, artifact, source) if source.wrapped else None
        if form and (what := (form.size, form.digests, form.member, form.unwrap)) not in seen:
            seen.add(what)
            yield form
    if artifact.digests and artifact.size is not None:
        yield Form(owner, artifact, None, (), (f"{artifact.name}.gz",), packed=True, unwrap="gz")


def _of_source(owner: str, artifact: Artifact, source: Source) -> Form | None:
    """Return the form that a source serves; None if nothing could tell that what comes out of it is the artifact.

    Without the artifact's size a file made to fill the disk could not be told before it has.
    """
    digests = strongest(source.digests)
    if not digests and (not artifact.digests or artifact.size is None):
        return None
    member = source.url.partition("#")[2]
    return Form(
        owner,
        artifact,
        source.size,
        digests,
        (_basename(source.url),),
        packed=True,
        member=member,
        unwrap=source.unwrap,
    )


def _basename(url: str) -> str:
    return PurePosixPath(unquote(urlsplit(url.partition("#")[0]).path)).name
