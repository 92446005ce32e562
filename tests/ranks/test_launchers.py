"""Ranks are what the launcher's environment says, and broken values are errors that name the variable."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from hub import ranks
from hub.errors import InvalidInput
from hub.ranks import Ranks

TORCHRUN = {
    "RANK": "9",
    "WORLD_SIZE": "16",
    "LOCAL_RANK": "1",
    "LOCAL_WORLD_SIZE": "8",
    "GROUP_RANK": "1",
    "GROUP_WORLD_SIZE": "2",
}
SLURM = {
    "SLURM_JOB_ID": "77",
    "SLURM_STEP_ID": "0",
    "SLURM_PROCID": "9",
    "SLURM_NTASKS": "16",
    "SLURM_LOCALID": "1",
    "SLURM_NODEID": "1",
    "SLURM_NNODES": "2",
    "SLURM_NTASKS_PER_NODE": "8(x2)",
}
OPEN_MPI = {
    "OMPI_COMM_WORLD_RANK": "9",
    "OMPI_COMM_WORLD_SIZE": "16",
    "OMPI_COMM_WORLD_LOCAL_RANK": "1",
    "OMPI_COMM_WORLD_LOCAL_SIZE": "8",
    "OMPI_COMM_WORLD_NODE_RANK": "1",
}
PMI = {"PMI_RANK": "9", "PMI_SIZE": "16", "MPI_LOCALRANKID": "1", "MPI_LOCALNRANKS": "8"}
RAY_TRAIN = {name: TORCHRUN[name] for name in list(TORCHRUN)[:4]} | {"NODE_RANK": "1"}
LAUNCHED = {
    "torchrun": (TORCHRUN, "torchrun"),
    "Ray Train": (RAY_TRAIN, "torchrun"),
    "srun": (SLURM, "slurm"),
    "Open MPI": (OPEN_MPI, "open mpi"),
    "MPICH and Intel MPI": (PMI, "pmi"),
}


@pytest.mark.parametrize(("environ", "source"), LAUNCHED.values(), ids=LAUNCHED.keys())
def test_every_launcher_tells_rank_local_rank_and_node(environ: dict[str, str], source: str) -> None:
    found = ranks.current(environ)

    assert found == Ranks(rank=9, world=16, local_rank=1, local_world=8, node=1, nodes=2, source=source)


def test_without_a_launcher_a_process_is_alone() -> None:
    assert ranks.current({"HOME": "/root"}) == Ranks(rank=0, world=1, local_rank=0, local_world=1, node=0, nodes=1)


def test_torchrun_inside_of_srun_is_believed() -> None:
    one_a_node = SLURM | {"SLURM_PROCID": "1", "SLURM_NTASKS": "2", "SLURM_LOCALID": "0", "SLURM_NTASKS_PER_NODE": "1"}

    assert ranks.current(one_a_node | TORCHRUN).rank == 9


def test_srun_tells_of_its_step_and_not_of_the_job() -> None:
    step = {"SLURM_STEP_NUM_TASKS": "12", "SLURM_STEP_NUM_NODES": "3", "SLURM_STEP_TASKS_PER_NODE": "5(x2),2"}

    found = ranks.current(SLURM | {"SLURM_NTASKS": "64"} | step | {"SLURM_NODEID": "2", "SLURM_PROCID": "11"})

    assert (found.world, found.local_world, found.node, found.nodes) == (12, 2, 2, 3)


NO_STEPS = {
    "in a batch script": {"SLURM_STEP_ID": None, "SLURM_LOCALID": "0", "SLURM_NODEID": "0"},
    "in the batch step": {"SLURM_STEP_ID": "4294967291"},
    "in the shell of salloc, on a node": {"SLURM_STEP_ID": "4294967290"},
    "in the shell of salloc, where it was called": {"SLURM_STEP_ID": None, "SLURM_PROCID": None},
}


@pytest.mark.parametrize("changed", NO_STEPS.values(), ids=NO_STEPS.keys())
def test_a_process_that_srun_did_not_start_is_alone(changed: dict[str, str | None]) -> None:
    environ = SLURM | {"SLURM_PROCID": "0"} | changed

    assert ranks.current({name: value for name, value in environ.items() if value is not None}).source == "alone"


def test_ranks_of_a_simulated_slurm_need_no_job() -> None:
    environ = {"SLURM_PROCID": "0", "SLURM_NTASKS": "2", "SLURM_LOCALID": "0", "SLURM_NODEID": "0"}

    assert (ranks.current(environ).world, ranks.current(environ).local_world) == (2, None)


def test_nodes_that_nobody_tells_are_unknown_where_ranks_are_dealt_in_turn() -> None:
    in_turn = PMI | {"PMI_RANK": "2", "PMI_SIZE": "4", "MPI_LOCALRANKID": "1", "MPI_LOCALNRANKS": "2"}

    assert ranks.current(in_turn).node is None


BROKEN = {
    "no number": (TORCHRUN | {"RANK": "first"}, "RANK"),
    "a negative rank": (TORCHRUN | {"LOCAL_RANK": "-1"}, "LOCAL_RANK"),
    "a rank beyond the world": (TORCHRUN | {"RANK": "16"}, "WORLD_SIZE"),
    "a rank of no world": ({"RANK": "0"}, "WORLD_SIZE"),
    "a local rank beyond the node": (TORCHRUN | {"LOCAL_RANK": "8"}, "LOCAL_WORLD_SIZE"),
    "a node larger than the world": (TORCHRUN | {"LOCAL_WORLD_SIZE": "17"}, "LOCAL_WORLD_SIZE"),
    "a node beyond all": (TORCHRUN | {"GROUP_RANK": "2"}, "GROUP_RANK"),
    "tasks in another form": (SLURM | {"SLURM_NTASKS_PER_NODE": "8*2"}, "SLURM_NTASKS_PER_NODE"),
    "tasks of fewer nodes": (
        SLURM | {"SLURM_STEP_TASKS_PER_NODE": "4,4", "SLURM_NODEID": "2", "SLURM_NNODES": "3"},
        "SLURM_STEP_TASKS_PER_NODE",
    ),
    "a task beyond its node": (SLURM | {"SLURM_LOCALID": "8"}, "SLURM_LOCALID"),
    "srun without a number of tasks": ({"SLURM_PROCID": "1"}, "SLURM_STEP_NUM_TASKS"),
    "Open MPI": (OPEN_MPI | {"OMPI_COMM_WORLD_SIZE": ""}, "OMPI_COMM_WORLD_SIZE"),
    "PMI": (PMI | {"PMI_RANK": "99"}, "PMI_RANK"),
}


@pytest.mark.parametrize(("environ", "variable"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_values_are_an_error_that_names_the_variable(environ: dict[str, str], variable: str) -> None:
    with pytest.raises(InvalidInput, match=rf"\b{variable}\b"):
        ranks.current(environ)


@pytest.mark.parametrize(
    ("ranks_of", "talks"),
    [(Ranks(), True), (Ranks(rank=8, local_rank=0), True), (Ranks(rank=1, local_rank=1), False),
     (Ranks(rank=0, local_rank=None), True), (Ranks(rank=1, local_rank=None), False)],
)  # fmt: skip
def test_one_process_a_node_talks(ranks_of: Ranks, talks: bool) -> None:
    assert ranks_of.talks is talks


def _printed(program: str, **environ: str) -> str:
    run = [sys.executable, "-c", program]
    return subprocess.run(run, capture_output=True, text=True, check=True, env=os.environ | environ).stdout.strip()


def test_reading_ranks_imports_neither_torch_nor_numpy() -> None:
    program = "import sys; from hub import ranks; ranks.current(); print({'torch', 'numpy'} & set(sys.modules))"

    assert _printed(program, **TORCHRUN) == "set()"


def test_a_process_group_that_is_set_up_is_believed_and_none_is_set_up() -> None:
    program = """if True:
        import torch.distributed as dist
        from hub import ranks
        before, was = ranks.current(), dist.is_initialized()
        dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
        after = ranks.current()
        print(before.rank, was, after.rank, after.world, after.local_rank, after.source)
    """

    assert _printed(program, **TORCHRUN) == "9 False 0 1 None torch.distributed"
