"""Boards: what is to be seen of models, data and runs goes to one small interface, whoever shows it.

    board          `Board`, the interface
    tensorboard    event files in a folder, which TensorBoard shows; the extra `tensorboard`
    visdom         windows of a visdom server; the extra `visdom`

    writer             PyTorch's writer of event files, mended; `module_graph`, modules as TensorBoard's graphs
    projector          vectors, labels and small pictures as TensorBoard's projector reads them
    directions         vectors seen along the directions in which they differ most
    arrays             pictures, points and numbers of all kinds, as the arrays that boards write
    buckets            how numbers are distributed
    gif, sound         frames as a picture that moves, samples as a WAV file
    markdown           Markdown as HTML, for boards that show no Markdown
    precision_recall   for boards that do not count it themselves

`open_board` picks one by where things are to go. Importing this imports neither TensorBoard nor visdom.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from hub.extras import require
from hub.viz.boards.board import Board

if TYPE_CHECKING:
    import os
    from contextlib import AbstractContextManager

__all__ = ["Board", "open_board", "opened"]

VISDOM = "visdom"


def open_board(where: str | os.PathLike[str]) -> Board:
    """Return the board at a folder (TensorBoard), at "visdom", or at "visdom://host:port/environment".

    Raises MissingExtra if TensorBoard or visdom is not installed, Unreachable if no visdom server answers.

        with hub.viz.open_board("runs/first") as board:
            board.scalar("loss", 0.5, step=1)
    """
    place = str(where)
    if place == VISDOM or place.startswith(f"{VISDOM}://"):
        require("visdom", VISDOM)
        from hub.viz.boards.visdom import Visdom

        return Visdom(place)
    require("tensorboard", "tensorboard", named="TensorBoard")
    from hub.viz.boards.tensorboard import TensorBoard

    return TensorBoard(where)


def opened(board: Board | str | os.PathLike[str]) -> AbstractContextManager[Board]:
    """Return a board, which is closed at the end only if it was opened here."""
    return nullcontext(board) if isinstance(board, Board) else open_board(board)
