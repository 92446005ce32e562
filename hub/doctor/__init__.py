"""What is wrong with this machine, as far as hub can tell: checks in groups, each of which ends in findings.

findings        a finding and its state
installation    Python, what hub requires, its extras, torch beside torchvision
probe           a program that imports torch and torchvision in a process of its own; `probing` runs it
devices         what torch can compute on, beside what the driver says
surroundings    settings and where each came from, proxies
storage         the store: its disk, what was left over, what is missing
reach           hosts that cards name, and the sources of one entry

Nothing is changed, but for the index of cards, which every command keeps. Nothing that is broken ends the examination:
not an import that crashes, not a group of checks that fails itself.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from hub import settings
from hub.doctor import devices, installation, probing, reach, storage, surroundings
from hub.doctor.findings import Finding, of_error, problem
from hub.errors import HubError
from hub.fetch.plans import EVERY, every_plan, plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from hub.settings import Settings

    Check = Callable[[], list[Finding]]


def examine(names: Sequence[str] = (), *, offline: bool = False) -> Iterator[tuple[str, list[Finding]]]:
    """Yield the groups in order, each as its title and findings; those of all groups are sought at once.

    With names of datasets or models, or URLs, only their sources are asked. Raises NotFound for an unknown name.
    """
    plans = {name: plan(name, variant=EVERY) for name in names}
    chosen = _settings()
    is_offline = offline or (isinstance(chosen, settings.Settings) and chosen.offline)
    if names:
        checks: dict[str, Check] = {
            name: partial(reach.sources, wanted, offline=is_offline) for name, wanted in plans.items()
        }
    else:
        checks = _checks(chosen, offline=is_offline)
    with ThreadPoolExecutor(len(checks)) as pool:
        found = {title: pool.submit(_guarded, check) for title, check in checks.items()}
        yield from ((title, future.result()) for title, future in found.items())


def _settings() -> Settings | HubError:
    try:
        return settings.current()
    except HubError as error:
        return error


def _checks(chosen: Settings | HubError, *, offline: bool) -> dict[str, Check]:
    probe = probing.Probe()
    checks: dict[str, Check] = {
        "Python and hub": installation.python,
        "torch and torchvision": partial(installation.torch, probe),
        "devices": partial(devices.found, probe),
        "extras": installation.extras,
        "settings": partial(surroundings.found, chosen),
    }
    if isinstance(chosen, settings.Settings):
        checks["store"] = partial(storage.found, chosen.home)
        checks["hosts"] = partial(reach.hosts, every_plan(), offline=offline)
    return checks


def _guarded(check: Check) -> list[Finding]:
    try:
        return check()
    except HubError as error:
        return [of_error(error)]
    except Exception as error:  # noqa: BLE001  whoever asks what is wrong must get the other answers
        return [problem(f"this could not be looked at: {type(error).__name__}: {error}", do="please report it")]
