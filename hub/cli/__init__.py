"""The command line: one command a file, imported when it is called.

Results go to standard output, talk to standard error. An error is three lines and an exit code (see `hub.errors`).

What commands share:

    options     options and arguments that mean the same everywhere, and JSON
    table       columns; `drawing`, bars made of characters
    pictures    picture files, read and written
    comparing   what `hub list` prints of models side by side
    outcomes    what `hub predict` prints of what it found
    measured    what `hub evaluate` prints of what it measured
    previewed   what `hub preview` prints of samples
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import NoReturn, cast

# click: parsing, help and shell completion that people know; twice the import of argparse, a tenth of what it replaces.
import click

from hub import builds
from hub.errors import HubError
from hub.version import __version__

INTERRUPTED = 130

# name -> what `hub --help` says of it; the module of the same name in this folder is imported when it is called
COMMANDS = {
    "quickstart": "Prove the whole thing on real data: fetch, verify, classify, read.",
    "list": "List datasets and models, or projects, tutorials, books and more.",
    "search": "Search names and summaries, in English and Chinese.",
    "info": "Show what is known of a dataset, a model or an entry of the catalog.",
    "download": "Fetch and verify files of datasets, models or URLs; print their paths.",
    "predict": "Tell what a pretrained model finds in pictures and videos.",
    "evaluate": "Measure a model on a dataset: accuracy, confusion, speed; write a results file.",
    "tensorboard": "Write what there is to see of models and datasets for TensorBoard, and start it.",
    "preview": "Show samples of a dataset: in the terminal, as a picture or as a page.",
    "prepare": "Prepare a dataset ahead of its use: with several processes, or a cluster.",
    "convert": "Write a model as ONNX, an exported program, TorchScript or safetensors, and compare.",
    "lock": "Pin datasets, weights and files by sha256 in hub.lock.",
    "sync": "Bring what hub.lock pins to this machine; or check that it still holds.",
    "export": "Write datasets, weights and files into one bundle, for a machine without a network.",
    "import": "Take files into the store that are on this machine: of a folder, or of a bundle.",
    "verify": "Read what is in the store anew, and compare.",
    "cache": "Say where the store is and what it holds; remove what is not needed.",
    "serve": "Serve the store, read only and by digest, to machines nearby.",
    "registry": "Set up registries of other people, or make your own.",
    "site": "Check cards, and make the website and registry of them.",
    "doctor": "Say what is wrong: torch and torchvision, devices, settings, the store, hosts.",
    "completion": "Print the completion script of a shell.",
}

# `list` would shadow the builtin inside its own package, and so on
MODULES = {
    "list": "listing",
    "search": "searching",
    "info": "describing",
    "download": "downloading",
    "export": "exporting",
    "import": "importing",
}


class LazyGroup(click.Group):
    """A group whose commands are imported on use, so that `hub --help` stays light."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"hub.cli.{MODULES.get(cmd_name, cmd_name)}")
        return cast("click.Command", module.command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            _refuse_command(args[0], ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _refuse_command(name: str, ctx: click.Context) -> NoReturn:
    import difflib

    close = difflib.get_close_matches(name, COMMANDS, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise click.UsageError(f"there is no command {name!r}.{hint}", ctx)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Settings: HUB_HOME (where the store is), HUB_OFFLINE=1 (never open a connection).",
)
@click.version_option(__version__, prog_name="hub")
def cli() -> None:
    """Datasets, pretrained weights and a map of the ecosystem for PyTorch."""


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Return the exit code of a command line; whatever goes wrong is said in three lines."""
    try:
        code = cli.main(arguments, prog_name="hub", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has gone, as in `hub list | head`; keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  the last line of defence: never a traceback
        code = tell(error)
    return code if isinstance(code, int) else 0


def tell(error: BaseException) -> int:
    """Say what went wrong in three lines on standard error; return the exit code that stands for it."""
    text, code = _explained(error)
    click.echo(f"hub: {text}", err=True)
    return code


def _explained(error: BaseException) -> tuple[str, int]:
    """Return what to say of an error, and the exit code."""
    error = builds.explain(error) or error
    if isinstance(error, HubError):
        return str(error), error.exit_code
    if isinstance(error, click.UsageError):
        asked = error.ctx.command_path if error.ctx else "hub"
        said = " ".join(error.format_message().split())  # click lists the choices of an option in lines of their own
        return f"{said}\n  run `{asked} --help` for what it takes", error.exit_code
    if isinstance(error, click.ClickException):
        return error.format_message(), error.exit_code
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        return "interrupted\n  what has arrived is kept\n  run the same command again to go on", INTERRUPTED
    if os.environ.get("HUB_DEBUG"):
        raise error
    what = f"{type(error).__name__}: {error}"
    return f"{what}\n  this was not foreseen\n  please report it with what HUB_DEBUG=1 prints", 1
