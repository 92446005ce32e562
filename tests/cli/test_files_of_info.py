"""What `hub info` says about files: how far sources are tried, and what they must hash to."""

from __future__ import annotations

import pytest

from hub import cli


@pytest.mark.parametrize(
    ("name", "file", "told"),
    [
        pytest.param("mnist", "t10k-labels-idx1-ubyte", "3 sources, 1 tried  sha256:ff7bcfd4", id="some"),
        pytest.param("resnet18", "resnet18-f37072fd.pth", "1 source, not tried yet  sha256:f37072fd", id="none"),
        pytest.param("efficientnet_lite0", "efficientnet-lite0-57934424.pth", "2 sources, tried  sha256:57", id="all"),
        pytest.param("quantized_resnet18", "resnet18_fbgemm", "not tried yet  no digest is published", id="no digest"),
    ],
)
def test_a_file_is_told_with_its_sources_and_its_digest(
    name: str, file: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["info", name]) == 0

    files = capsys.readouterr().out.partition("\nfiles\n")[2]
    assert told in next(line for line in files.splitlines() if line.startswith(f"  {file}"))


def test_what_one_host_alone_has_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    cli.run(["info", "resnet18"])

    assert "at risk   no second host has resnet18-f37072fd.pth\n" in capsys.readouterr().out
