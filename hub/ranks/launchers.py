"""What each launcher says in the environment of the processes that it starts.

    torchrun                RANK                   LOCAL_RANK                   GROUP_RANK
                            WORLD_SIZE             LOCAL_WORLD_SIZE             GROUP_WORLD_SIZE
    Ray Train               the same               the same                     NODE_RANK
    mpirun of Open MPI      OMPI_COMM_WORLD_RANK   OMPI_COMM_WORLD_LOCAL_RANK
                            OMPI_COMM_WORLD_SIZE   OMPI_COMM_WORLD_LOCAL_SIZE
    mpiexec of MPICH and    PMI_RANK               MPI_LOCALRANKID
    Intel MPI               PMI_SIZE               MPI_LOCALNRANKS
    srun of SLURM           SLURM_PROCID           SLURM_LOCALID                SLURM_NODEID
                            SLURM_STEP_NUM_TASKS   SLURM_STEP_TASKS_PER_NODE    SLURM_STEP_NUM_NODES

Sources: torch/distributed/run.py, "Environment Variables"; ray/train/torch/config.py; mpirun(1), "Environment
Variables"; Intel MPI Library, Developer Reference, "Other Environment Variables"; srun(1), "Output Environment
Variables".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Environment = Mapping[str, str]

# SLURM numbers the shell that `salloc` opens on a node, and the batch script, as steps of their own (slurm.h:
# SLURM_INTERACTIVE_STEP, SLURM_BATCH_SCRIPT): one process each, whatever the job has asked for.
NO_STEPS = {str(0xFFFFFFFA), str(0xFFFFFFFB)}
SEVERAL_NODES = re.compile(r"(\d+)(?:\(x(\d+)\))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks:
    """Which of how many processes this one is; None where nobody says."""

    rank: int = 0
    world: int = 1
    local_rank: int | None = 0
    local_world: int | None = 1
    node: int | None = 0
    nodes: int | None = 1
    source: str = "alone"

    @property
    def talks(self) -> bool:
        """Whether it is this process that speaks to the terminal: one on each node, where nodes are known."""
        return not (self.rank if self.local_rank is None else self.local_rank)


def torchrun(environ: Environment) -> Ranks | None:
    """Read what torchrun sets, and Ray Train after it; None of any other process."""
    if "RANK" not in environ:  # the others, alone, are left by programs that start their ranks in other ways
        return None
    node = _first(environ, "GROUP_RANK", "NODE_RANK")
    return _checked(
        environ, "torchrun", ("RANK", "WORLD_SIZE"), ("LOCAL_RANK", "LOCAL_WORLD_SIZE"), (node, "GROUP_WORLD_SIZE")
    )


def open_mpi(environ: Environment) -> Ranks | None:
    """Read what mpirun of Open MPI sets; None of any other process."""
    if "OMPI_COMM_WORLD_RANK" not in environ:
        return None
    # OMPI_COMM_WORLD_NODE_RANK is no number of a node: it is a local rank that counts the processes of all jobs.
    return _checked(
        environ,
        "open mpi",
        ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
        ("OMPI_COMM_WORLD_LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_SIZE"),
    )


def pmi(environ: Environment) -> Ranks | None:
    """Read what mpiexec of MPICH and of Intel MPI sets; None of any other process."""
    if "PMI_RANK" not in environ:
        return None
    return _checked(environ, "pmi", ("PMI_RANK", "PMI_SIZE"), ("MPI_LOCALRANKID", "MPI_LOCALNRANKS"))


def slurm(environ: Environment) -> Ranks | None:
    """Read what srun sets; None of any other process, also of one in a batch script or in the shell of `salloc`."""
    if "SLURM_PROCID" not in environ or _is_script(environ):
        return None
    world = _first(environ, "SLURM_STEP_NUM_TASKS", "SLURM_NTASKS", "SLURM_NPROCS")
    nodes = _first(environ, "SLURM_STEP_NUM_NODES", "SLURM_NNODES", "SLURM_JOB_NUM_NODES")
    found = _checked(environ, "slurm", ("SLURM_PROCID", world), ("SLURM_LOCALID", ""), ("SLURM_NODEID", nodes))
    return _with_tasks(environ, found)


def _is_script(environ: Environment) -> bool:
    """A batch script is told rank 0 of all tasks that were asked for, though it is one process and no step."""
    step = environ.get("SLURM_STEP_ID")
    return step in NO_STEPS or (step is None and "SLURM_JOB_ID" in environ and environ["SLURM_PROCID"] == "0")


def _with_tasks(environ: Environment, found: Ranks) -> Ranks:
    name = _first(environ, "SLURM_STEP_TASKS_PER_NODE", "SLURM_NTASKS_PER_NODE", "SLURM_TASKS_PER_NODE")
    if name not in environ:
        return found
    tasks = _tasks(name, environ[name])
    if len(tasks) == 1:
        here = tasks[0]
    elif found.node is None or found.node >= len(tasks):
        raise _wrong(name, f"a number for node {found.node}", environ[name])
    else:
        here = tasks[found.node]
    return replace(found, local_world=_within("SLURM_LOCALID", found.local_rank, name, here))


def _tasks(name: str, text: str) -> list[int]:
    """Return how many tasks each node has.

    >>> _tasks("SLURM_STEP_TASKS_PER_NODE", "4(x2),3")
    [4, 4, 3]
    """
    parts = [SEVERAL_NODES.fullmatch(part.strip()) for part in text.split(",")]
    if not all(parts):
        raise _wrong(name, "numbers such as 4(x2),3", text)
    return [int(part[1]) for part in parts if part for _ in range(int(part[2] or 1))]


def _checked(
    environ: Environment,
    source: str,
    world: tuple[str, str],
    local: tuple[str, str],
    nodes: tuple[str, str] = ("", ""),
) -> Ranks:
    """Read pairs of variables, each an index and how many there are.

    Raises InvalidInput, which names the variable, of what is no number or contradicts another one.
    """
    rank, count = (_number(environ, name) for name in world)
    if rank is None or count is None:
        name, other = (world[1], world[0]) if count is None else world
        raise InvalidInput(
            f"{name} is missing, though {other} is set",
            expected=f"both, or neither: ranks told by {source}",
            found=f"{other}={environ[other]}",
            hint=f"start the program through a launcher, or unset {other}",
        )
    _within(world[0], rank, world[1], count)
    local_rank, local_world = _pair(environ, local)
    _no_more(local[1], local_world, world[1], count)
    node, node_count = _pair(environ, nodes)
    ranks = Ranks(
        rank=rank,
        world=count,
        local_rank=local_rank,
        local_world=local_world,
        node=node,
        nodes=node_count,
        source=source,
    )
    return _derived(ranks)


def _derived(ranks: Ranks) -> Ranks:
    """Fill in the nodes where ranks are dealt to equal ones, a node after the other, as all launchers do by default."""
    local_world = ranks.local_world
    if not local_world or ranks.world % local_world or ranks.local_rank != ranks.rank % local_world:
        return ranks
    nodes = ranks.world // local_world if ranks.nodes is None else ranks.nodes
    return replace(ranks, nodes=nodes, node=ranks.rank // local_world if ranks.node is None else ranks.node)


def _pair(environ: Environment, names: tuple[str, str]) -> tuple[int | None, int | None]:
    index, count = (_number(environ, name) for name in names)
    if index is not None and count is not None:
        _within(names[0], index, names[1], count)
    return index, count


def _number(environ: Environment, name: str) -> int | None:
    text = environ.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal()):
        raise _wrong(name, "a number, 0 or more", text)
    return int(text)


def _within(name: str, index: int | None, other: str, count: int) -> int:
    if index is not None and index >= count:
        raise InvalidInput(
            f"{name} contradicts {other}",
            expected=f"less than {other}={count}",
            found=f"{name}={index}",
            hint="a launcher sets both; one of them was set again, or is left from another job",
        )
    return count


def _no_more(name: str, count: int | None, other: str, world: int) -> None:
    if count is not None and count > world:
        raise InvalidInput(f"{name} contradicts {other}", expected=f"at most {other}={world}", found=f"{name}={count}")


def _first(environ: Environment, *names: str) -> str:
    """Return the first variable that is set, or the first of all."""
    return next((name for name in names if name in environ), names[0])


def _wrong(name: str, expected: str, found: str) -> InvalidInput:
    return InvalidInput(f"{name} says nothing about ranks", expected=expected, found=repr(found))


# The launcher nearest to the process is asked first: srun may start mpiexec or torchrun, and never the other way round.
LAUNCHERS: tuple[Callable[[Environment], Ranks | None], ...] = (torchrun, open_mpi, pmi, slurm)
