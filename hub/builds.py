"""torch and torchvision as they are installed, and whether they belong together; finding out imports neither.

Each torchvision is compiled for one torch. With another, its operators do not load, and importing it ends in
"operator torchvision::nms does not exist" or "undefined symbol". Which belong together is in torchvision's own
requirement; where that cannot be read, in the table of its README: 0.15 is for torch 2.0, and so on, one by one, up to
0.28 for 2.13. Since 0.29 it asks for torch 2.14 or any later one.
"""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module, util
from pathlib import Path
from typing import TYPE_CHECKING

from hub.errors import HubError, MismatchedBuilds, first_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import Distribution
    from types import TracebackType

# torch 2.N goes with torchvision 0.(N + AHEAD), as long as every torchvision was for one torch.
AHEAD = 15
FIRST_FREE = 29
"""From torchvision 0.29 on, later versions of torch are accepted too."""

INDEX = "https://download.pytorch.org/whl/"
# Builds that have an index of their own there; the index that pip asks by itself has one build a platform.
INDEXED = re.compile(r"cpu|xpu|cu\d+|rocm[\d.]+")
VERSION = re.compile(r"""^__version__\s*(?::[^=]*)?=\s*['"]([^'"]+)""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Package:
    """One installed package. `version` is what it says of itself, with its build: "2.15.0+cu132"; "" if there is none.

    `wheel` is the version that the installer knows, which has no build if the package came from the usual index.
    `for_torch` is what torchvision requires of torch, such as "==2.4.1". `installer` is "pip", "uv" or another.
    """

    name: str
    version: str = ""
    wheel: str = ""
    for_torch: str = ""
    installer: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.version}" if self.version else f"no {self.name}"

    @property
    def build(self) -> str:
        """What it is compiled for: "cu132", "cpu", "rocm6.4"; "" if it does not say."""
        return self.version.partition("+")[2]

    @property
    def platform(self) -> str:
        """The build as far as two packages must agree on it: "cpu", "cu13", "rocm6"."""
        found = re.match(r"(cu)(\d+)\d$|(rocm)(\d+)|(.*)", self.build)
        return "".join(part for part in found.groups() if part) if found else ""


def pair() -> tuple[Package, Package]:
    """Return torch and torchvision as they are installed."""
    return installed("torch"), installed("torchvision")


def installed(name: str) -> Package:
    """Return what is known of a package without importing it."""
    from importlib import metadata  # 15 ms, and only a failure needs it

    own = _own_version(name)
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return Package(name, own)
    if own and own.partition("+")[0] != found.version.partition("+")[0]:
        return Package(name, own)  # what is imported is not what was installed, but another one before it on the path
    return Package(
        name,
        version=own or found.version,
        wheel=found.version,
        for_torch=_required(found, "torch"),
        installer=(found.read_text("INSTALLER") or "").strip(),
    )


def _own_version(name: str) -> str:
    """The version in the package's own folder; pip's records leave the build out of wheels from the usual index."""
    path = file_of(name)
    try:
        text = path.with_name("version.py").read_text("utf-8") if path else ""
    except OSError:
        return ""
    found = VERSION.search(text)
    return found[1] if found else ""


def file_of(name: str) -> Path | None:
    """Return the file that importing a package would run first; None if there is none."""
    try:
        spec = util.find_spec(name)
    except ValueError:  # somebody put a module without a spec in its place
        return None
    return Path(spec.origin) if spec and spec.origin else None


def _required(distribution: Distribution, name: str) -> str:
    from packaging.requirements import Requirement

    found = (Requirement(line) for line in distribution.requires or ())
    return next((str(each.specifier) for each in found if each.name == name and each.marker is None), "")


def mismatch(torch: Package, torchvision: Package) -> str:
    """Return what torchvision is made for, if that is not this torch; "" if it is, or if it cannot be told.

    >>> mismatch(Package("torch", "2.5.0+cpu"), Package("torchvision", "0.19.1+cpu"))
    'made for torch ==2.4.*'
    >>> mismatch(Package("torch", "2.5.0+cpu"), Package("torchvision", "0.20.0+cu124"))
    'built for cu124'
    """
    if not (torch.version and torchvision.version):
        return ""
    if not _accepts(torchvision, torch.version):
        return f"made for torch {_made_for(torchvision)}"
    if torch.platform != torchvision.platform and torch.build and torchvision.build:
        return f"built for {torchvision.build}"
    return ""


def _accepts(torchvision: Package, version: str) -> bool:
    from packaging.specifiers import SpecifierSet
    from packaging.version import InvalidVersion, Version

    try:
        return SpecifierSet(_made_for(torchvision)).contains(Version(version), prereleases=True)
    except InvalidVersion:  # built at home, and named freely
        return True


def _made_for(torchvision: Package) -> str:
    """What it requires of torch, or else what its README says that it goes with."""
    if torchvision.for_torch:
        return torchvision.for_torch
    found = re.match(r"0\.(\d+)", torchvision.version)
    if not found:
        return ""
    minor = int(found[1])
    if minor >= FIRST_FREE:
        return f">=2.{FIRST_FREE - AHEAD}"
    return f"==2.{minor - AHEAD}.*" if minor >= AHEAD else "<2"


def belonging(torch: Package) -> str:
    """Return which torchvision belongs to a torch, for people to read.

    >>> belonging(Package("torch", "2.4.1+cu121"))
    'torchvision 0.19 for cu121'
    """
    found = re.match(r"2\.(\d+)", torch.version)
    build = f" for {torch.build}" if torch.build else ""
    if not found:
        return f"torch and torchvision of one release{build}"
    minor = int(found[1]) + AHEAD
    return f"torchvision 0.{min(minor, FIRST_FREE)}{' or later' * (minor >= FIRST_FREE)}{build}"


def mend(torch: Package, torchvision: Package) -> str:
    """Return the command that installs both anew, from the index that the build in use came from."""
    leading = torch if torch.version else torchvision
    if leading.installer == "uv":
        command = "uv pip install --upgrade --reinstall torch torchvision"
    else:
        command = "pip install --upgrade --force-reinstall torch torchvision"
    build = leading.wheel.partition("+")[2]
    if not INDEXED.fullmatch(build):
        return command
    return f"{command} --index-url {INDEX}{build}" if ".dev" not in leading.wheel else _nightly(command, build)


def _nightly(command: str, build: str) -> str:
    return f"{command} --pre --index-url {INDEX}nightly/{build}"


@contextmanager
def explained() -> Iterator[None]:
    """Turn what goes wrong while torch or torchvision is imported inside into MismatchedBuilds."""
    try:
        yield
    except HubError:
        raise
    except Exception as error:
        explanation = explain(error)
        if explanation is None:
            raise
        raise explanation from error


def require(name: str) -> None:
    """Import torch or torchvision. Raises MismatchedBuilds."""
    with explained():
        import_module(name)


def explain(error: BaseException) -> MismatchedBuilds | None:
    """Return what an error means if it ended the import of torch or torchvision; None if it is about anything else."""
    if isinstance(error, HubError):
        return None
    failed = next((name for name in ("torch", "torchvision") if _ended_import_of(name, error)), None)
    return None if failed is None else failure(failed, f"{type(error).__name__}: {error}")


def _ended_import_of(name: str, error: BaseException) -> bool:
    """Python forgets a package whose import fails, so one that is still known was imported well before."""
    if name in sys.modules:
        # Unless it is a file of the user's own, which can be imported and lacks everything.
        return isinstance(error, (ImportError, AttributeError)) and _in_the_way(name) is not None
    is_missing = isinstance(error, ModuleNotFoundError) and error.name == name
    return is_missing or any(module.partition(".")[0] == name for module in _modules(error.__traceback__))


def _in_the_way(name: str) -> Path | None:
    """Return a file such as `torch.py`, if Python takes that for the package."""
    path = file_of(name)
    return path if path and path.name != "__init__.py" else None


def _modules(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        yield str(trace.tb_frame.f_globals.get("__name__"))
        trace = trace.tb_next


def failure(failed: str, said: str) -> MismatchedBuilds:
    """Return what it means that importing torch or torchvision failed with these words, and what mends it."""
    torch, torchvision = pair()
    path = file_of(failed)
    said = first_line(said)
    wrong = mismatch(torch, torchvision) if failed == "torchvision" else ""
    what, expected, found = f"{installed(failed)} cannot be imported", "a whole installation", said
    hint = mend(torch, torchvision)
    if path is None:
        gone = [name for name in ("torch", "torchvision") if file_of(name) is None]
        what = f"{' and '.join(gone)} {'is' if len(gone) == 1 else 'are'} not installed"
        expected, found = belonging(torch), f"{torch} and {torchvision}"
    elif _in_the_way(failed):
        what, expected, hint = f"{path} stands in the way of {failed}", "a package", "give that file another name"
    elif wrong:
        what = f"{torch} and {torchvision} do not belong together"
        expected, found = belonging(torch), f"one {wrong} ({said})"
    return MismatchedBuilds(what, expected=expected, found=found, hint=hint)
