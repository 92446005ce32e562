"""Every error that `hub` raises on purpose.

    HubError                      1   the root: catch this one
    ├── InvalidInput              2   an argument, option or expression makes no sense
    │   ├── InvalidCombination    2   arguments that make sense alone, but not together
    │   ├── WrongType             2   a value is of a type that nothing can be done with
    │   ├── UnknownArchive        2   a file is none of the archives that can be unpacked
    │   └── UnknownToken          2   a vocabulary lacks a token, or an index
    ├── NotFound                  3   no such card, version, split, weights tag or variant
    ├── CardError                 1   a card (or the settings file) is broken: every fault, with its key path
    │   └── LockfileError         1   likewise a hub.lock
    ├── MissingExtra              1   an optional dependency is not installed
    ├── MismatchedBuilds          1   torch or torchvision is missing or broken, or they are not made for one another
    ├── MissingFile               1   a file is not there: one that was named, or that a dataset needs
    ├── NotConvertible            1   a form cannot hold a network, or a file computes something else
    ├── SourceError               4   one source did not deliver; the next one is tried
    │   ├── Unreachable           4   no connection, or it broke and could not be resumed
    │   ├── BadStatus             4   the server answered, but not with the file
    │   └── NotTheFile            4   a web page came instead of data
    ├── TransferError             4   no source delivered the artifact
    ├── OfflineError              7   the file is not in the store and the network is switched off
    ├── IntegrityError            5   bytes are there, but they are not the published ones
    │   ├── DigestMismatch        5   digest or size differ
    │   ├── FormatError           5   a file is not what its format says
    │   ├── NotLocked             5   the project's hub.lock pins other bytes, or none, for what is asked for
    │   └── UnsafeArchive         5   an archive member would land outside, is no regular file, or fills the disk
    ├── UnsafeWeights             5   a weights file wants to run code
    ├── WorkerFailed              1   a process or machine that was given part of the work died, or cannot do it
    └── StoreError                6   the store's folder is full, read-only or not a folder

The number is the exit code of the command line. A message is three lines: what failed, what was expected and found,
what to do. Code written for torchvision catches RuntimeError for data that is not there and ValueError for arguments
that make no sense: all errors here are the first, InvalidInput and NotFound also the second. MissingFile is also a
FileNotFoundError, MissingExtra and MismatchedBuilds an ImportError, WrongType a TypeError, UnknownArchive a
NotImplementedError, UnknownToken a KeyError and an IndexError, and InvalidCombination an AssertionError: what torchtext
raised.
"""

from __future__ import annotations

import re

# What hosts and cards of others say stands in messages: none of it steers the terminal.
STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class HubError(RuntimeError):
    """The root of all errors of this package."""

    exit_code = 1

    def __init__(
        self,
        what: str,
        *,
        expected: object = None,
        found: object = None,
        hint: str = "",
    ) -> None:
        super().__init__(what)
        self.what = what
        self.expected = expected
        self.found = found
        self.hint = hint

    def __str__(self) -> str:
        below = "\n".join(part for part in (self._compared(), self.hint) if part)
        return STEERING.sub(_escaped, "\n  ".join([self.what, *below.splitlines()]))

    def _compared(self) -> str:
        both = (("expected", self.expected), ("found", self.found))
        return "; ".join(f"{label} {value}" for label, value in both if value is not None)

    def __reduce__(self) -> tuple[object, ...]:
        # DataLoader workers send exceptions between processes; keyword-only arguments need this.
        return (_restore, (type(self), self.__dict__ | {"what": self.what}))


def _escaped(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]):02x}"


def _restore(cls: type[HubError], state: dict[str, object]) -> HubError:
    error = cls.__new__(cls)
    RuntimeError.__init__(error, state["what"])
    error.__dict__.update(state)
    return error


class InvalidInput(HubError, ValueError):
    """An argument, option or expression makes no sense."""

    exit_code = 2


class InvalidCombination(InvalidInput, AssertionError):
    """Arguments that make sense alone, but not together; torchtext asserted that."""


class WrongType(InvalidInput, TypeError):
    """A value is of a type that nothing can be done with."""


class UnknownArchive(InvalidInput, NotImplementedError):
    """A file is none of the archives that can be unpacked."""


class UnknownToken(InvalidInput, KeyError, IndexError):
    """A vocabulary has no such token, or no such index."""


class NotFound(HubError, ValueError):
    """There is no card, version, split, weights tag or variant of that name."""

    exit_code = 3


class CardError(HubError):
    """A card is broken; `faults` lists every one as (key path, message)."""

    def __init__(self, path: object, faults: list[tuple[str, str]]) -> None:
        super().__init__(f"{path} is no valid card", hint="mend the file; nothing was read from it")
        self.path = path
        self.faults = faults

    def _compared(self) -> str:
        return "\n".join(f"{key}: {message}" if key else message for key, message in self.faults)


class LockfileError(CardError):
    """A hub.lock is broken; `faults` as in CardError."""

    def __init__(self, path: object, faults: list[tuple[str, str]]) -> None:
        super().__init__(path, faults)
        self.what = f"{path} is no valid lockfile"
        self.hint = "take back the last change of the file, or delete it and run `hub lock NAME...`"


class MissingExtra(HubError, ImportError):
    """An optional dependency is needed and not installed."""


class MismatchedBuilds(HubError, ImportError):
    """torch or torchvision cannot be imported: one is missing or broken, or they are not made for one another."""


class MissingFile(HubError, FileNotFoundError):
    """A file is not there: one that was named, or that a dataset needs of a folder or an archive."""


class NotConvertible(HubError):
    """A form cannot hold a network, or the file that was written computes something else."""


class SourceError(HubError):
    """One source did not deliver; `url` names it without credentials."""

    exit_code = 4

    def __init__(self, what: str, *, url: str, hint: str = "", **compared: object) -> None:
        super().__init__(what, hint=hint, **compared)
        self.url = url


class Unreachable(SourceError):
    """No connection to the host, or it broke and could not be taken up again."""


class BadStatus(SourceError):
    """The server answered with a status that is not the file; `status` and `retry_after` in seconds."""

    def __init__(self, status: int, *, url: str, retry_after: float | None = None) -> None:
        super().__init__(f"{url} answered {status}", url=url)
        self.status = status
        self.retry_after = retry_after


class NotTheFile(SourceError):
    """A web page came where data was expected (an error page, a log-in, a captive portal)."""


class TransferError(HubError):
    """No source delivered the artifact; `causes` has one error a source, in the order they were tried."""

    exit_code = 4

    def __init__(self, what: str, *, causes: list[HubError], hint: str = "") -> None:
        tried = "; ".join(cause.what for cause in causes) or "no source at all"
        super().__init__(what, expected="one source to answer", found=tried, hint=hint)
        self.causes = causes


class OfflineError(HubError):
    """The file is not in the store and the network is switched off."""

    exit_code = 7


class IntegrityError(HubError):
    """Bytes are there, but they are not the published ones."""

    exit_code = 5


class DigestMismatch(IntegrityError):
    """Digest or size differ from the published ones."""


MEND = "mend the file if it is yours; hub download --force gets a published one anew"


class FormatError(IntegrityError):
    """A file is not what its format says; `path` names it."""

    def __init__(self, what: str, *, path: object, hint: str = "", **compared: object) -> None:
        super().__init__(what, hint=hint or MEND, **compared)
        self.path = path


class NotLocked(IntegrityError):
    """The project's hub.lock pins other bytes, or none, for what is asked for."""


class UnsafeArchive(IntegrityError):
    """An archive member would land outside its folder, is no regular file, or is more than the limits let through."""


class UnsafeWeights(HubError):
    """A weights file wants to run code when it is read; it was not read."""

    exit_code = 5


class WorkerFailed(HubError):
    """A process or machine that was given part of the work died of it again and again, or cannot do it."""


class StoreError(HubError):
    """The store's folder is full, read-only or not a folder."""

    exit_code = 6


# Characters of another library's message that still fit a line.
LONGEST = 160


def first_line(text: str) -> str:
    """Return the beginning of another library's message, which may be a page long."""
    line = text.strip().partition("\n")[0]
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def in_a_line(error: BaseException) -> str:
    """Return what another library's error says, or the one that it comes from, behind the name of its class.

    >>> in_a_line(KeyError("a"))
    "KeyError: 'a'"
    """
    while isinstance(error.__cause__, Exception):
        error = error.__cause__
    return f"{type(error).__name__}: {first_line(str(error))}"
