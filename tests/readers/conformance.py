"""What every reader must do. A reader's test inherits this suite and supplies tiny hand-made files."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hub import readers
from hub.errors import FormatError
from hub.readers import File

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray


class ReaderConformance(ABC):
    reader: str

    @abstractmethod
    def files(self) -> dict[str, bytes]:
        """Return role -> the bytes of a correct file that begins with a magic number."""

    @abstractmethod
    def columns(self) -> dict[str, NDArray[np.generic]]:
        """Return what must be read from `files`."""

    def cuts(self, data: bytes) -> Iterable[int]:
        """Return where a file is cut; fewer places for a format whose smallest file is large."""
        return range(len(data))

    def write(self, folder: Path, **changed: bytes) -> dict[str, File]:
        for role, data in (self.files() | changed).items():
            (folder / role).write_bytes(data)
        return {role: File(folder / role) for role in self.files()}

    def read(self, files: dict[str, File]) -> readers.Columns:
        return readers.read(self.reader, files, {})

    def test_it_reads_tiny_hand_made_files(self, tmp_path: Path) -> None:
        files = self.write(tmp_path)

        found = self.read(files)

        assert found.keys() == self.columns().keys()
        for name, values in self.columns().items():
            np.testing.assert_array_equal(found[name], values, strict=True)

    def test_it_refuses_a_file_cut_at_any_byte(self, tmp_path: Path) -> None:
        for role, data in self.files().items():
            for length in self.cuts(data):
                files = self.write(tmp_path, **{role: data[:length]})

                with pytest.raises(FormatError) as caught:
                    self.read(files)

                assert caught.value.path == tmp_path / role

    def test_it_refuses_a_file_with_something_behind_its_end(self, tmp_path: Path) -> None:
        for role, data in self.files().items():
            files = self.write(tmp_path, **{role: data + b"\0"})

            with pytest.raises(FormatError, match=role):
                self.read(files)

    def test_it_refuses_a_wrong_magic_number(self, tmp_path: Path) -> None:
        for role, data in self.files().items():
            files = self.write(tmp_path, **{role: b"\x89PNG" + data[4:]})

            with pytest.raises(FormatError) as caught:
                self.read(files)

            assert caught.value.found == "89 50 4e 47"

    def test_its_columns_have_equally_many_rows(self, tmp_path: Path) -> None:
        files = self.write(tmp_path)

        lengths = {len(values) for values in self.read(files).values()}

        assert len(lengths) == 1

    def test_its_version_is_a_number(self) -> None:
        assert readers.find(self.reader).VERSION >= 1
