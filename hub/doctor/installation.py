"""What is installed: Python, what hub requires, its extras, torch beside torchvision."""

from __future__ import annotations

import platform
import struct
import sys
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

import hub
from hub import builds
from hub.doctor.findings import Finding, note, of_error, ok, problem, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.doctor.probing import Probe, Seen

DISTRIBUTION = "hub-zoo"

# What each extra is for. Those for developers are not among them.
FEATURES = {
    "archives": "archives of 7z, rar and zst",
    "gs": "gs:// sources that are not public",
    "hdf5": "PCAM",
    "hf": "ds.to_hf()",
    "matlab": "SVHN, SBD, Flowers102, StanfordCars, the outlines of Caltech101",
    "onnx": "hub convert --to onnx",
    "pandas": "ds.to_pandas()",
    "plot": "hub list models --plot",
    "ray": "hub prepare --ray, ds.to_ray()",
    "s3": "s3:// sources",
    "site": "hub site build",
    "spacy": 'the tokenizer "spacy"',
    "tensorboard": "hub tensorboard, hub.viz.log_dataset",
    "text": "most tokenizers of hub.text",
    "timm": 'hub.load("timm/...")',
    "video": "HMDB51, Kinetics, UCF101",
    "visdom": 'hub.viz.open_board("visdom")',
}


def python() -> list[Finding]:
    """Look at Python, the platform and what hub requires."""
    version = f"{platform.python_implementation()} {platform.python_version()}"
    found = [ok(f"{version} at {sys.executable}"), ok(platform.platform())]
    if struct.calcsize("P") * 8 < 64:  # noqa: PLR2004  bits of an address
        found.append(problem("this Python has 32 bits: there is no torch for it", do="install one of 64 bits"))
    found.append(ok(f"hub {hub.__version__} in {Path(hub.__file__).parent}"))
    return [*found, *_required()]


def _required() -> Iterator[Finding]:
    try:
        needed = [each for extra, each in _requirements() if not extra]
    except metadata.PackageNotFoundError:
        yield note("hub runs out of a folder and is not installed: what it requires is not known")
        return
    unmet = [(each, _version(each.name)) for each in needed if not _is_met(each)]
    for each, version in unmet:
        has = f"{each.name} {version} is installed" if version else f"{each.name} is not installed"
        yield problem(f"{has}, hub requires {each}", do=f'pip install --upgrade "{each}"')
    if not unmet:
        yield ok(f"all {len(needed)} packages that hub requires are there")


def extras() -> list[Finding]:
    """Look which optional packages are there: good to know, and nothing that is wrong."""
    try:
        missing = {extra: _missing(extra) for extra in FEATURES}
    except metadata.PackageNotFoundError:
        return [note("hub is not installed: what belongs to its extras is not known")]
    whole = [extra for extra, names in missing.items() if not names]
    found = [ok(f"installed: {', '.join(whole)}")] if whole else []
    return found + [
        note(f"{extra}: without {', '.join(names)}, for {FEATURES[extra]}", do=f'pip install "{DISTRIBUTION}[{extra}]"')
        for extra, names in missing.items()
        if names
    ]


def _missing(extra: str) -> list[str]:
    return [each.name for belongs_to, each in _requirements() if belongs_to == extra and not _is_met(each)]


@cache
def _requirements() -> list[tuple[str, Requirement]]:
    """Return (extra, requirement) for this platform; the extra "" is what hub cannot do without."""
    found = metadata.distribution(DISTRIBUTION)
    parsed = [Requirement(line) for line in found.requires or ()]
    names = ["", *(found.metadata.get_all("Provides-Extra") or ())]
    return [(_extra(each, names), each) for each in parsed]


def _extra(requirement: Requirement, names: list[str]) -> str:
    marker = requirement.marker
    return next((name for name in names if marker is None or marker.evaluate({"extra": name})), "elsewhere")


def _is_met(requirement: Requirement) -> bool:
    version = _version(requirement.name)
    return bool(version) and requirement.specifier.contains(version, prereleases=True)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def torch(probe: Probe) -> list[Finding]:
    """Import torch and torchvision in a process of their own, and compare what they are made for."""
    found = _imported("torch", probe.stage("torch"))
    if any(each.state == "problem" for each in found):
        return found
    seen = probe.stage("torchvision")
    return [*found, *_imported("torchvision", seen), *_match(failed=bool(seen.error))]


def _imported(name: str, seen: Seen) -> list[Finding]:
    warned = [warning(f"{name} warns: {text}") for text in seen.warnings]
    if seen.error:
        return [of_error(builds.failure(name, seen.error)), *warned]
    if not seen.told.get("works", True):
        does = builds.mend(*builds.pair())
        return [problem(f"{builds.installed(name)} computes wrong results", do=does), *warned]
    return [ok(f"{builds.installed(name)} can be imported"), *warned]


def _match(*, failed: bool) -> Iterator[Finding]:
    """Say what goes unnoticed until an operator is needed on another device."""
    torch, torchvision = builds.pair()
    wrong = builds.mismatch(torch, torchvision)
    if wrong and not failed:
        yield warning(f"{torchvision} is {wrong}, and this is {torch}", do=builds.mend(torch, torchvision))
    elif not failed:
        yield ok("they are made for one another")
