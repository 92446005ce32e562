"""Functions run as tasks of Ray: each value once, or once more if the worker that had it died.

A task whose process or machine is gone is run again by Ray elsewhere, `RETRIES` times. An error that the function
raises is no such thing: it would be raised again, and ends the run.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from hub.clusters.session import imported, session
from hub.errors import HubError, WorkerFailed, first_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")
R = TypeVar("R")

# Machines that are taken back (spot instances) go now and then; a value that kills its worker each time must end it.
RETRIES = 5

# For each CPU: one that runs and one that waits. More would only pile up answers.
AHEAD = 2


def run(function: Callable[[T], R], values: Sequence[T], *, address: str = "", cpus: int | None = None) -> Iterator[R]:
    """Yield what `function` makes of each value, in the order in which it is made.

    Function and values must be such as can be pickled, and found by workers on other machines. Raises what the function
    raises if that is a HubError, and WorkerFailed if workers die of a value or cannot run the function.
    """
    with session(address, cpus) as ray:
        task = ray.remote(function).options(max_retries=RETRIES)
        at_once = AHEAD * max(1, int(ray.cluster_resources().get("CPU", 1)))
        waiting = iter(values)
        running: list[object] = []
        try:
            while True:
                running += [task.remote(value) for value in islice(waiting, at_once - len(running))]
                if not running:
                    return
                done, running = ray.wait(running, num_returns=1)
                yield _answer(ray, done[0])
        finally:
            for each in running:
                ray.cancel(each)


def packed(value: object) -> bytes:
    """Return a value pickled, with what of it is defined in the program that runs: workers cannot import that."""
    imported()
    from ray import cloudpickle

    data: bytes = cloudpickle.dumps(value)
    return data


def _answer(ray: Any, reference: object) -> Any:  # noqa: ANN401  Ray publishes no types that are of use here
    try:
        return ray.get(reference)
    except ray.exceptions.RayTaskError as error:
        cause = error.cause
        if isinstance(cause, HubError):
            raise cause from error
        raise _failed("a task failed", cause) from error
    except ray.exceptions.RayError as error:
        raise _failed(f"the workers that were given the same task died, {RETRIES + 1} times", error) from error


def _failed(what: str, error: BaseException) -> WorkerFailed:
    return WorkerFailed(
        what,
        expected="workers that have hub, of the same version, and memory enough",
        found=f"{type(error).__name__}: {first_line(str(error))}",
        hint="what is done is kept: run it again to go on; Ray's logs are in /tmp/ray/session_latest/logs",
    )
