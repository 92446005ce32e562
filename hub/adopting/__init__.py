"""Adopting: files that are on this machine already become part of the store, without a transfer.

    forms      in which forms published files lie on disks
    walking    the files below a folder
    placing    how a file becomes a blob without taking its room twice
    taking     what is done with a file: taken into the store, or only looked at
    at_once    several files at a time
    report     what was found, and what it means

A digest decides, never a name: size and name only tell which files are worth reading. What a file hashes to is
remembered, as for weights of the user's own, and what the store has is not asked for: a second run reads nothing twice.
Every file is published by itself, so a run that is interrupted loses the files that it was reading and no others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hub import fetch
from hub.adopting import at_once
from hub.adopting.forms import Forms
from hub.adopting.report import Adopted, Report, Stored
from hub.adopting.walking import walk
from hub.errors import HubError
from hub.models.weights import own_files
from hub.models.weights.own_files import Stamp
from hub.store import refs
from hub.store.refs import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from pathlib import Path

    from hub.adopting.forms import Form
    from hub.adopting.taking import Taken, Taking
    from hub.adopting.walking import Seen
    from hub.fetch.plans import Plan
    from hub.progress import Progress
    from hub.store.layout import Layout

    OnBytes = Callable[[int], object]


def adopt(
    places: Sequence[Path], plans: Iterable[Plan], layout: Layout, *, taking: Taking, record: bool, progress: Progress
) -> Report:
    """Find published files at or below `places` and let `taking` have them; say what was found.

    Only what `plans` name is looked for. With `record` the store notes whose the files are, so that they are found
    under the names of datasets and models. Files that cannot be read are told to `progress` and left alone.

    Raises MissingFile if one of the places is not there, and StoreError.
    """
    forms = Forms.of(plans)
    files = dict.fromkeys(file for place in places for file in walk(place, layout.root, progress.note))
    candidates = _candidates(files, forms)
    report = Report(forms.plans, len(files), len(files) - len(candidates), _stored(layout, forms.plans))
    report.differing += _namesakes(files, candidates, forms)
    run = _Run(layout, taking, record, progress, report, candidates)
    try:
        run.take_plain()
        run.take_packed()
    finally:
        own_files.remember(layout, run.hashed if record else {})
    return report


def _candidates(files: Iterable[Seen], forms: Forms) -> dict[Seen, list[Form]]:
    """Return the files that are worth a look, each with the forms that it may be of.

    What lies beside what came out of it, as torchvision leaves both, need not be unpacked on a guess.
    """
    unpacked = {file.path for file in files}
    fitting = {
        file: [form for form in forms.fitting(file) if not (form.guessed and file.path.with_suffix("") in unpacked)]
        for file in files
    }
    return {file: found for file, found in fitting.items() if found}


def _namesakes(files: Iterable[Seen], candidates: Collection[Seen], forms: Forms) -> list[Path]:
    """Return the files that are called as published ones and are of another size: damaged, cut, or other versions."""
    unpacked = {file.path for file in files}
    others = (file.path for file in files if file not in candidates and forms.differs(file))
    return [path for path in others if path.with_suffix("") not in unpacked]


Key = tuple[str, str]


def _stored(layout: Layout, plans: Iterable[Plan]) -> dict[Key, Stored]:
    """Return (owner, artifact) -> what the store has."""
    return {
        (plan.owner, name): Stored(local.sha256, local.size)
        for plan in plans
        for name, local in fetch.present(layout, plan.owner, plan.artifacts).items()
    }


@dataclass(slots=True)
class _Run:
    """One run: `report` grows with what is taken, `hashed` with what files were found to hash to."""

    layout: Layout
    taking: Taking
    record: bool
    progress: Progress
    report: Report
    candidates: dict[Seen, list[Form]]
    hashed: own_files.Known = field(default_factory=dict)

    @property
    def stored(self) -> dict[Key, Stored]:
        """What the store has by now."""
        return self.report.stored

    def take_plain(self) -> None:
        """Take the files that are artifacts themselves."""
        known = own_files.known(self.layout)
        jobs = {}
        for file, forms in self.candidates.items():
            plain = [form for form in forms if not form.packed]
            if plain and self._is_worth_reading(file, plain, known):
                jobs[file] = plain
        total = sum(file.size for file in jobs)
        for file, taken in at_once.results(jobs, self._plain, self.progress, _label("read", len(jobs)), total):
            if taken is not None and taken.forms:
                self._count(file, taken)
            elif taken is not None and any(name in form.names for form in jobs[file] for name in file.names):
                self.report.differing.append(file.path)

    def take_packed(self) -> None:
        """Take what is still missing out of the files that hold it."""
        wanted: dict[Key, list[tuple[Seen, Form]]] = {}
        found = {key for each in self.report.adopted for key in each.artifacts}
        for file, forms in self.candidates.items():
            for form in forms:
                if form.packed and form.key not in self.stored:
                    wanted.setdefault(form.key, []).append((file, form))
                elif form.packed and form.key not in found:
                    self._note_stored(file, self.stored[form.key].sha256, [form])
        total = sum(pairs[0][1].artifact.size or pairs[0][0].size for pairs in wanted.values())
        for key, result in at_once.results(wanted, self._packed, self.progress, _label("unpack", len(wanted)), total):
            if result is not None:
                self._count(*result)
            else:
                self.report.differing += [file.path for file, _ in wanted[key]]

    def _is_worth_reading(self, file: Seen, forms: Sequence[Form], known: own_files.Known) -> bool:
        wanted = [form for form in forms if form.key not in self.stored]
        sha256 = self._known(file, forms, known)
        if sha256 is None and not wanted:
            digests = {self.stored[form.key].sha256 for form in forms}
            sha256 = digests.pop() if len(digests) == 1 else None
        if sha256 is not None:
            self._note_stored(file, sha256, forms)
        return any(sha256 is None or form.could_hash_to(sha256) for form in wanted)

    def _known(self, file: Seen, forms: Iterable[Form], known: own_files.Known) -> str | None:
        """Return what a file hashes to if that can be told without reading it: it has not changed, or is a blob."""
        stamp, sha256 = known.get(str(file.path), (None, ""))
        try:
            if stamp is not None and stamp == Stamp.of(file.path):
                return sha256
        except HubError:
            return None
        digests = {self.stored[form.key].sha256 for form in forms if form.key in self.stored}
        return next((each for each in digests if _identity(self.layout.blob(each)) == file.identity), None)

    def _note_stored(self, file: Seen, sha256: str, forms: Iterable[Form]) -> None:
        there = [form.key for form in forms if form.key in self.stored and self.stored[form.key].sha256 == sha256]
        if there:
            size = self.stored[there[0]].size
            self.report.adopted.append(Adopted(file.path, sha256, size, "there", tuple(there)))

    def _plain(self, file: Seen, forms: Sequence[Form], on_bytes: OnBytes) -> Taken | None:
        if all(form.key in self.stored for form in forms):  # another file was the same, or the same bytes
            on_bytes(file.size)
            return None
        stamp = Stamp.of(file.path)
        taken = self.taking.plain(file.path, forms, on_bytes)
        if stamp == Stamp.of(file.path):
            self.hashed[str(file.path)] = (stamp, taken.sha256)
        return taken

    def _packed(self, _key: Key, pairs: Sequence[tuple[Seen, Form]], on_bytes: OnBytes) -> tuple[Seen, Taken] | None:
        for file, form in pairs:
            if taken := self.taking.packed(file.path, form, on_bytes):
                return file, taken
        return None

    def _count(self, file: Seen, taken: Taken) -> None:
        new = [form for form in taken.forms if form.key not in self.stored]
        for form in taken.forms:
            self.stored[form.key] = Stored(taken.sha256, taken.size)
            if self.record:
                entry = Entry(taken.sha256, taken.size, form.artifact.md5 or "")
                refs.write(self.layout, form.owner, {form.artifact.name: entry})
        how = taken.how if new else "there"
        keys = tuple(form.key for form in taken.forms)
        self.report.adopted.append(Adopted(file.path, taken.sha256, taken.size, how, keys))


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _label(verb: str, count: int) -> str:
    return f"{verb} {count:,} file{'s' * (count != 1)}"
