"""Pictures show what they should, the same each time, on light pages and on dark ones."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from hub import registry
from hub.errors import HubError, InvalidInput, MissingExtra
from hub.registry.comparison import Row
from hub.viz import comparison, style

if TYPE_CHECKING:
    from pathlib import Path


def row(model: str, params: int, figure: float, *, family: str = "Net", metric: str = "acc@1", on: str = "set") -> Row:
    return Row(
        name=model,
        model=model,
        tag="V1",
        default=True,
        family=family,
        task=("image-classification",),
        license="MIT",
        params=params,
        gflops=None,
        size=None,
        benchmark=on,
        metrics={metric: figure},
        measured={on: {metric: figure}},
    )


ROWS = [row("small", 10**6, 60.0), row("large", 10**8, 80.0), row("worse", 10**7, 50.0, family="Old & <odd>")]


def names(rows: list[Row]) -> list[str]:
    return [row.name for row in rows]


class TestWhatIsDrawn:
    def test_the_front_is_what_nothing_smaller_equals(self) -> None:
        assert names(comparison.points(ROWS).front) == ["small", "large"]

    def test_of_equally_large_models_the_better_is_on_the_front(self) -> None:
        shown = comparison.points([row("b", 10, 1.0), row("a", 10, 2.0)])

        assert names(shown.front) == ["a"]

    def test_where_less_is_better_the_front_goes_down(self) -> None:
        errors = [row("s", 10, 3.0, metric="epe"), row("m", 20, 4.0, metric="epe"), row("l", 30, 2.0, metric="epe")]

        assert names(comparison.points(errors, "epe").front) == ["s", "l"]

    def test_of_several_benchmarks_it_is_that_of_most(self) -> None:
        shown = comparison.points([*ROWS, row("film", 10, 99.0, on="other")], "params")

        assert (shown.benchmark, shown.metric, len(shown.rows)) == ("set", "acc@1", 3)

    def test_the_title_tells_weights_from_models(self) -> None:
        again = replace(ROWS[0], name="small@V0", tag="V0")

        assert comparison.points(ROWS).title == "set: accuracy and size of 3 models"
        assert comparison.points([*ROWS, again]).title == "set: accuracy and size of 4 sets of weights for 3 models"

    def test_families_for_which_the_legend_has_no_room_are_others(self, tmp_path: Path) -> None:
        many = [row(f"m{number}", 10**6 + number, 50.0 + number, family=f"$family{number}$") for number in range(60)]

        comparison.draw(many, tmp_path / "models.svg")

        text = (tmp_path / "models.svg").read_text("utf-8")
        assert text.count("<!-- $family") == comparison.FAMILIES
        assert "<!-- others -->" in text

    def test_families_have_looks_of_their_own(self) -> None:
        assert len(set(style.looks(48))) == 48
        assert len(style.looks(100)) == 100


class TestFiles:
    def test_a_png_is_a_picture(self, tmp_path: Path) -> None:
        from PIL import Image

        comparison.draw(ROWS, tmp_path / "models.PNG")

        with Image.open(tmp_path / "models.PNG") as picture:
            assert picture.size == (1600, 992)

    @pytest.mark.parametrize("ending", [".png", ".svg"])
    def test_the_same_rows_are_the_same_bytes(self, ending: str, tmp_path: Path) -> None:
        for name in "ab":
            comparison.draw(ROWS, tmp_path / f"{name}{ending}")

        assert (tmp_path / f"a{ending}").read_bytes() == (tmp_path / f"b{ending}").read_bytes()

    def test_an_svg_has_a_title_and_turns_dark_on_dark_pages(self, tmp_path: Path) -> None:
        comparison.draw(ROWS, tmp_path / "models.svg")

        text = (tmp_path / "models.svg").read_text("utf-8")
        root = ET.fromstring(text)  # noqa: S314  our own
        assert root.findtext("{http://www.w3.org/2000/svg}title") == "set: accuracy and size of 3 models"
        for light, dark in (style.PAPER, style.INK, style.FAINT, style.QUIET):
            assert text.count(f"fill: {light}") + text.count(f"stroke: {light}") > 2
            assert f"stroke: {dark} !important" in text

    def test_the_settings_of_the_user_change_nothing(self, tmp_path: Path) -> None:
        program = (
            "import sys; from pathlib import Path; from hub import registry; from hub.viz import comparison;"
            "comparison.draw(registry.comparison(family='vgg').rows, Path(sys.argv[1]))"
        )
        (tmp_path / "matplotlibrc").write_text("xtick.major.size: 30\nxtick.labelsize: 30\nlegend.facecolor: red\n")

        for name, folder in (("own.png", tmp_path), ("none.png", tmp_path.parent)):
            subprocess.run([sys.executable, "-c", program, str(tmp_path / name)], check=True, cwd=folder)

        assert (tmp_path / "own.png").read_bytes() == (tmp_path / "none.png").read_bytes()

    def test_all_models_together_can_be_drawn(self, tmp_path: Path) -> None:
        comparison.draw(registry.comparison(all_weights=True).rows, tmp_path / "models.png")

        assert (tmp_path / "models.png").stat().st_size > 10_000


class TestMistakes:
    @pytest.mark.parametrize("name", ["models.jpg", "models", "models.svg.gz"])
    def test_another_ending_says_which_there_are(self, name: str, tmp_path: Path) -> None:
        with pytest.raises(InvalidInput, match=name) as caught:
            comparison.draw(ROWS, tmp_path / name)

        assert caught.value.expected == "a name that ends in .png or .svg"

    def test_no_figures_are_nothing_to_draw(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidInput, match="nothing to draw"):
            comparison.draw([replace(ROWS[0], metrics={})], tmp_path / "models.png")

    def test_without_matplotlib_the_extra_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "matplotlib", None)

        with pytest.raises(MissingExtra) as caught:
            comparison.draw(ROWS, tmp_path / "models.png")

        assert caught.value.hint == 'pip install "hub-zoo[plot]"'

    def test_a_folder_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(HubError, match=r"cannot write .*nowhere"):
            comparison.draw(ROWS, tmp_path / "nowhere" / "models.svg")
