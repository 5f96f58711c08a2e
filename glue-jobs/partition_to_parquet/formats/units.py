"""The units of work that a file's own directory tells: row groups, stripes."""

from collections.abc import Sequence
from typing import Protocol

from ..batch import SourceFile
from ..objects import Objects
from .orc.file import OrcFile
from .parquet.file import ParquetFile


class Unit(Protocol):
    """A unit's records, its size, and how many records stand before it."""

    rows: int
    bytes: int
    rows_before: int


def units_of(kind: str, objects: Objects, file: SourceFile) -> Sequence[Unit]:
    """The file's units, in its order. Raises a Verdict for a file that cannot be read."""
    if kind == "orc":
        return OrcFile(objects, file, proven=True, is_glance=True).stripes
    return ParquetFile(objects, file, proven=True, is_glance=True).row_groups()
