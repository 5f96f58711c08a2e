"""A Parquet file: its schema in Arrow's words, its row groups, and what it must not be."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ...batch import SourceFile
from ...errors import FileMismatch, FileUnreadable
from ...objects import Objects
from ...packing import looks_like
from ...ranges import Opened
from ..columnar.guard import reading
from .own_types import with_own_types
from .pages import is_page, values_of_pages

_MAGIC = b"PAR1"
_ENCRYPTED = b"PARE"
# Nonce and tag of AES-GCM behind a footer in plain text (Parquet Modular Encryption, 5.2).
_SIGNATURE_BYTES = 28
# Rows of a batch that takes about this much in memory.
_BATCH_BYTES = 32 * 1024 * 1024
_MOST_ROWS, _LEAST_ROWS = 256 * 1024, 1024
# Texts that take fewer bytes than this each lie in a dictionary.
_DICTIONARY_BYTES = 4
_BUFFER_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class RowGroup:
    """One row group: its place in the file, its size unpacked, and how many rows stand before it."""

    number: int
    rows: int
    bytes: int
    rows_before: int


class ParquetFile:
    """Raises FileUnreadable where the file is none, is cut off, encrypted, or has a footer that cannot be read."""

    def __init__(self, objects: Objects, file: SourceFile, proven: bool = False, is_glance: bool = False):
        self.file = file
        if file.content_length < 12:
            raise FileUnreadable(f"'{file.key}' has {file.content_length} bytes, which is not a Parquet file; it is empty or was cut off", file.key)
        self.opened = Opened(objects, file, proven, is_glance)
        self._look_at_ends()
        with self._reading():
            self.reader = self._open("us")
            self.metadata = self.reader.metadata
            plain = self.reader.schema_arrow
        self._refuse_encrypted_columns()
        self.physical = [self.reader.schema.column(place).physical_type for place in range(len(self.reader.schema))]
        with self._reading():
            self.schema = with_own_types(self._with_instants(plain), self.reader, self._first_leaves)
        if file.record_count is not None and file.record_count != self.metadata.num_rows:
            message = f"'{file.key}' has {self.metadata.num_rows} records by its footer, the manifest says {file.record_count}"
            raise FileMismatch(message, file.key)

    def _reading(self) -> Any:
        return reading(self.file, self.opened, "Parquet")

    def _look_at_ends(self) -> None:
        """Names what pyarrow only calls a wrong magic number."""
        source, key = self.opened.source(), self.file.key
        head = source.read(16)
        source.seek(self.file.content_length - 4)
        tail = source.read(4)
        if head[:4] == _ENCRYPTED or tail == _ENCRYPTED:
            raise FileUnreadable(f"'{key}' is encrypted Parquet (its footer too); deliver it without encryption of its own, S3 encrypts it", key)
        if head[:4] == _MAGIC and tail != _MAGIC:
            raise FileUnreadable(f"'{key}' begins as Parquet but does not end in its footer: it was cut off; deliver it again", key)
        if head[:4] != _MAGIC:
            packed = looks_like(head)
            seen = f"looks like {packed}" if packed != "none" else "does not begin as Parquet does"
            raise FileUnreadable(f"'{key}' {seen}; deliver Parquet as it is, or correct the contract's format", key)

    def _refuse_encrypted_columns(self) -> None:
        """A footer in plain text is signed where columns are encrypted; pyarrow must not be asked for those columns' metadata."""
        source = self.opened.source()
        source.seek(self.file.content_length - 8)
        length = int.from_bytes(source.read(4), "little")
        if length - self.metadata.serialized_size == _SIGNATURE_BYTES:
            message = f"'{self.file.key}' has encrypted columns; deliver it without encryption of its own, S3 encrypts it"
            raise FileUnreadable(message, self.file.key)

    def _open(self, unit: str, dictionaries: Sequence[str] | None = None) -> pq.ParquetFile:
        known = getattr(self, "metadata", None)
        return pq.ParquetFile(
            self.opened.source(), metadata=known, page_checksum_verification=True, coerce_int96_timestamp_unit=unit,
            read_dictionary=dictionaries, pre_buffer=False, buffer_size=0 if self.opened.body is not None else _BUFFER_BYTES,
        )  # fmt: skip

    @cached_property
    def _first_leaves(self) -> list[int]:
        """The first leaf of each top-level field, and behind the last how many there are."""
        firsts = [0]
        for field in self.reader.schema_arrow:
            firsts.append(firsts[-1] + _leaves(field.type))
        return firsts

    def leaves(self, field: int) -> range:
        """The leaves of a top-level field."""
        return range(self._first_leaves[field], self._first_leaves[field + 1])

    def has_int96(self, field: int) -> bool:
        return any(self.physical[leaf] == "INT96" for leaf in self.leaves(field))

    def _with_instants(self, plain: pa.Schema) -> pa.Schema:
        """INT96 has no word for it, but its writers mean instants."""
        if "INT96" not in self.physical:
            return plain
        fields = []
        for place, field in enumerate(plain):
            left = iter(self.physical[leaf] for leaf in self.leaves(place))
            fields.append(field.with_type(_instants(field.type, left)))
        return pa.schema(fields)

    def row_groups(self) -> list[RowGroup]:
        """All row groups, in the file's order."""
        groups, before = [], 0
        for number in range(self.metadata.num_row_groups):
            group = self.metadata.row_group(number)
            groups.append(RowGroup(number, group.num_rows, group.total_byte_size, before))
            before += group.num_rows
        if before != self.metadata.num_rows:
            message = f"'{self.file.key}': its row groups have {before} records, its footer says {self.metadata.num_rows}; the file is damaged"
            raise FileUnreadable(message, self.file.key)
        self._refuse_more_pages(groups)
        return groups

    def facts(self, fields: Iterable[int]) -> dict[str, Any]:
        """What the report says of the file: the types are those of the fields that are read."""
        with self._reading():
            groups = range(min(self.metadata.num_row_groups, 8))
            codecs = {self.metadata.row_group(group).column(leaf).compression for group in groups for leaf in range(self.metadata.num_columns)}
            return {
                "compression": ", ".join(sorted(codec.lower() for codec in codecs)) or "none",
                "row_groups": self.metadata.num_row_groups,
                "written_by": self.metadata.created_by or "unknown",
                "schema": {self.schema.field(place).name: str(self.schema.field(place).type) for place in fields},
            }

    def load(self, group: RowGroup, fields: Sequence[int]) -> None:
        """Fetches the chunks of a row group's fields from storage, in few large pieces."""
        if self.opened.ranges is None:
            return
        meta, wanted = self.metadata.row_group(group.number), []
        for leaf in (leaf for field in fields for leaf in self.leaves(field)):
            chunk = meta.column(leaf)
            places = [place for place in (chunk.dictionary_page_offset, chunk.data_page_offset) if place]
            start = min(places, default=0)
            wanted.append((start, start + chunk.total_compressed_size))
        self.opened.load(wanted)

    def prove_pages(self, group: RowGroup, fields: Sequence[int]) -> None:
        """Holds the pages' own numbers of values against the footer's. Raises FileUnreadable where it is not theirs.

        What is neither in memory nor loaded is left to pyarrow, which notices most of it.
        """
        if self.opened.ranges is not None and not self.opened.ranges.loaded:
            return
        meta, source = self.metadata.row_group(group.number), self.opened.source()
        for leaf in (leaf for field in fields for leaf in self.leaves(field)):
            chunk = meta.column(leaf)
            with self._reading():
                values = values_of_pages(source, chunk)
            if values != chunk.num_values:
                message = f"'{self.file.key}': the pages of '{chunk.path_in_schema}' in row group {group.number + 1} have {values} values"
                raise FileUnreadable(f"{message}, the footer says {chunk.num_values}; it is not this file's, deliver it again", self.file.key)

    def _refuse_more_pages(self, groups: Sequence[RowGroup]) -> None:
        """Behind the last pages that the footer names there must not be another."""
        chunks = [self.metadata.row_group(group.number).column(leaf) for group in groups[-1:] for leaf in range(self.metadata.num_columns)]
        end = max((min(p for p in (c.dictionary_page_offset, c.data_page_offset) if p) + c.total_compressed_size for c in chunks), default=0)
        footer = self.file.content_length - 8 - self.metadata.serialized_size
        if 0 < end < footer and is_page(self.opened.source(), end):
            message = f"'{self.file.key}' has pages from byte {end} on that its footer does not name"
            raise FileUnreadable(f"{message}; it is not this file's footer, deliver it again", self.file.key)

    def batch_rows(self, group: RowGroup) -> int:
        """How many rows are read at once."""
        return max(_LEAST_ROWS, min(_MOST_ROWS, _BATCH_BYTES // max(1, group.bytes // max(1, group.rows))))

    def batches(self, group: RowGroup, fields: Sequence[int], unit: str = "us", dictionaries: bool = True) -> Iterator[pa.RecordBatch]:
        """The row group's rows with some top-level fields, in the file's order. `unit` is that of INT96."""
        leaves = [leaf for field in fields for leaf in self.leaves(field)]
        names = [] if not dictionaries else [self.metadata.schema.column(leaf).path for leaf in leaves if self._is_dictionary(group, leaf)]
        with self._reading():
            reader = self._open(unit, names or None)
            found = reader.reader.iter_batches(self.batch_rows(group), row_groups=[group.number], column_indices=leaves, use_threads=False)
        rows = 0
        while True:
            with self._reading():
                batch = next(found, None)
            if batch is None:
                break
            rows += batch.num_rows
            if batch.num_rows:
                yield batch
        if rows != group.rows:
            message = f"'{self.file.key}': row group {group.number + 1} has {rows} records, its footer says {group.rows}; the file is damaged"
            raise FileUnreadable(message, self.file.key)

    def _is_dictionary(self, group: RowGroup, leaf: int) -> bool:
        """Whether a column of texts lies in a dictionary, as far as its size tells."""
        column = self.metadata.schema.column(leaf)
        if column.physical_type != "BYTE_ARRAY" or column.max_repetition_level or "." in column.path:
            return False
        if column.logical_type.type not in ("STRING", "ENUM", "NONE"):
            return False
        chunk = self.metadata.row_group(group.number).column(leaf)
        return chunk.total_uncompressed_size < _DICTIONARY_BYTES * max(1, chunk.num_values)


def _leaves(kind: pa.DataType) -> int:
    kind = kind.storage_type if isinstance(kind, pa.BaseExtensionType) else kind
    if pa.types.is_struct(kind) or pa.types.is_map(kind) or pa.types.is_nested(kind):
        return sum(_leaves(kind.field(place).type) for place in range(kind.num_fields)) if not pa.types.is_map(kind) else (
            _leaves(kind.key_type) + _leaves(kind.item_type)
        )  # fmt: skip
    return 1


def _instants(kind: pa.DataType, physical: Iterator[str]) -> pa.DataType:
    """The type with UTC at the leaves that are INT96."""
    if isinstance(kind, pa.BaseExtensionType):
        next(physical)
        return kind
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_instants(field.type, physical)) for field in kind])
    if pa.types.is_map(kind):
        key = _instants(kind.key_type, physical)
        return pa.map_(key, _instants(kind.item_type, physical))
    if pa.types.is_fixed_size_list(kind):
        return pa.list_(_instants(kind.value_type, physical), kind.list_size)
    if pa.types.is_large_list(kind):
        return pa.large_list(_instants(kind.value_type, physical))
    if pa.types.is_list(kind):
        return pa.list_(_instants(kind.value_type, physical))
    return pa.timestamp(kind.unit, "UTC") if next(physical) == "INT96" else kind
