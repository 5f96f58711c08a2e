"""What a format must look for: each plain column's `from`, sorted by the kind of place that it names."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..batch import Batch, SourceFile
from ..columns import Constant, RawColumn
from ..contract import RESCUED_SOURCE, Column
from ..standardise import literal_of


@dataclass(frozen=True)
class Selection:
    """Columns by the kind of their source; positions are places in the list of columns asked for."""

    size: int
    constants: dict[int, str | None]
    stars: dict[int, int]
    document: dict[int, str]
    whole: tuple[int, ...]
    fields: dict[int, str | int]
    columns: tuple[Column, ...] = ()

    @property
    def takes_rescued(self) -> bool:
        """Whether the column for what no other asks for is read."""
        return any(column.source == RESCUED_SOURCE for column in self.columns)

    def with_constants(self, columns: Sequence[RawColumn], length: int) -> list[RawColumn]:
        """The columns of a chunk of `length` records, with the constants put in their places."""
        return [
            Constant(self.constants[position], length) if position in self.constants else column
            for position, column in enumerate(columns)
        ]


def select(columns: Sequence[Column], file: SourceFile, batch: Batch) -> Selection:
    """Sorts the columns by where their values come from."""
    constants: dict[int, str | None] = {}
    stars: dict[int, int] = {}
    document: dict[int, str] = {}
    whole: list[int] = []
    fields: dict[int, str | int] = {}
    for position, column in enumerate(columns):
        source = column.source
        if column.retired or source == RESCUED_SOURCE:
            constants[position] = None
        elif source is None:
            constants[position] = literal_of(column.value)
        elif isinstance(source, str) and source in ("$file", "$partition", "$manifest", "$landed"):
            constants[position] = {
                "$file": file.key, "$partition": batch.partition_start, "$manifest": batch.manifest_key, "$landed": batch.landed,
            }[source]  # fmt: skip
        elif isinstance(source, str) and source.startswith("$path."):
            constants[position] = file.path.get(source[len("$path.") :])
        elif source == "$value":
            whole.append(position)
        elif isinstance(source, str) and source.startswith("$document."):
            document[position] = source[len("$document.") :]
        elif isinstance(source, str) and source[:1] == "$" and source[1:].isdigit():
            stars[position] = int(source[1:])
        else:
            fields[position] = source
    return Selection(len(columns), constants, stars, document, tuple(whole), fields, tuple(columns))
