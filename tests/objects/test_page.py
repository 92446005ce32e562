"""What the page about object storage shows runs as it stands, from its first block to its last."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from hub import cli

if TYPE_CHECKING:
    import pytest
    from two_machines import World

PAGE = Path(__file__).parent.parent.parent / "site/docs/object_storage.md"
BLOCKS = re.findall(r"```(python|sh)\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


def test_the_page_runs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.on_first()
    names: dict[str, object] = {}

    for language, block in BLOCKS:
        if language == "python":
            exec(compile(block, str(PAGE), "exec"), names)  # noqa: S102  our own page
            continue
        for line in block.splitlines():
            command, *arguments = shlex.split(line)
            if command == "hub":
                assert cli.run(arguments) == 0
            elif command == "export":
                world.on_second()
                monkeypatch.setenv(*arguments[0].split("="))

    assert len(BLOCKS) >= 6
    assert names["label"] in range(10)
