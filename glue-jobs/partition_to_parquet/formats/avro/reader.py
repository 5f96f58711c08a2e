"""Avro: blocks in, chunks of records out."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import fastavro
import msgspec
import numpy as np
import pyarrow as pa

from ...batch import SourceFile
from ...columns import Chunk, Typed
from ...contract import Column, Contract
from ...errors import FileUnreadable, StructureChanged
from ...json_paths import parse_path
from ...native.kinds import Branches, Native
from ...notes import Notes
from ...objects import Objects
from ...standardise import arrow_type as column_type
from ..columnar.chunks import chunk_of
from ..columnar.fields import find_fields, is_all_known
from ..selection import Selection
from .container import Block, Header, read_blocks, read_header
from .schema import Named, Wire, arrow_type
from .values import Shapes, native_values

_encode = msgspec.json.Encoder(decimal_format="number").encode
# Records of a chunk, and bytes of their blocks.
_CHUNK_RECORDS = 65_536
_CHUNK_BYTES = 16 * 1024 * 1024


def read_avro(
    objects: Objects, file: SourceFile, selection: Selection, contract: Contract, notes: Notes,
    start: int = 0, end: int | None = None, first_record: int = 1,
) -> Iterator[Chunk]:  # fmt: skip
    """The records of the blocks in the bytes [start, end). Raises FileUnreadable or StructureChanged."""
    header = read_header(objects, file)
    reader = _Reader(header, file, selection, contract, notes)
    notes.tell(file.index, compression=header.codec, schema=reader.types)
    number = first_record
    for records in reader.decoded(read_blocks(objects, file, header, start, end)):
        yield reader.chunk(records, number)
        number += len(records)


def count_avro(objects: Objects, file: SourceFile, columns: Sequence[Column], start: int, end: int | None) -> Iterator[Typed]:
    """How many records the blocks say that they have, as rows without values."""
    for block in read_blocks(objects, file, read_header(objects, file), start, end):
        empty = [pa.nulls(block.count, column_type(column)) for column in columns]
        table = pa.Table.from_arrays(empty, names=[column.name for column in columns])
        yield Typed(table, np.zeros(block.count, dtype=np.int64), lambda row: b"", [])


class _Reader:
    """Reads the records of one file."""

    def __init__(self, header: Header, file: SourceFile, selection: Selection, contract: Contract, notes: Notes):
        self.file, self.selection = file, selection
        try:
            self.named = Named(header.schema)
            self.schema, self.space = self.named.schema
            if isinstance(self.schema, list) or self.schema["type"] not in ("record", "error"):
                raise StructureChanged(f"'{file.key}': its schema is not a record, so it has no columns; have the producer write records", file.key)
            seen = pa.schema(list(arrow_type(self.named, self.schema, self.space)))
            self.wire = fastavro.parse_schema({"type": "array", "items": Wire().schema(self.schema)})
        except (ValueError, KeyError, TypeError, AttributeError, fastavro.schema.SchemaParseException, fastavro.schema.UnknownType) as error:
            raise FileUnreadable(f"'{file.key}' has a schema that cannot be read: {error}", file.key) from error
        self.is_all = is_all_known(seen, contract)
        ways = find_fields(seen, selection, contract, file, notes)
        self.paths = {position: parse_path(str(selection.fields[position])) for position in ways}
        self.types = {seen.field(way.top).name: str(seen.field(way.top).type) for way in sorted(ways.values(), key=lambda way: way.top)}
        self.raw = Shapes(self.named, is_lenient=True).of(self.schema, self.space)

    def decoded(self, blocks: Iterator[Block]) -> Iterator[list[dict[str, Any]]]:
        """Records by the chunk. Every block must be used up by as many records as it says."""
        held: list[dict[str, Any]] = []
        size = 0
        for block in blocks:
            held.extend(self._records(block))
            size += len(block.data)
            if len(held) >= _CHUNK_RECORDS or size >= _CHUNK_BYTES:
                yield held
                held, size = [], 0
        if held:
            yield held

    def _records(self, block: Block) -> list[dict[str, Any]]:
        if not block.count:
            return []
        stream = io.BytesIO(b"".join((_long(block.count), block.data, b"\0")))
        try:
            records = fastavro.schemaless_reader(stream, self.wire, None)
        except (EOFError, ValueError, IndexError, KeyError, TypeError, OverflowError, StopIteration) as error:
            raise self._damaged(block, f"{type(error).__name__}: {error}") from error
        if stream.read(1) or len(records) != block.count:
            raise self._damaged(block, "its records do not use up its bytes")
        return records

    def _damaged(self, block: Block, why: str) -> FileUnreadable:
        return FileUnreadable(f"'{self.file.key}': block {block.number} cannot be decoded by the file's schema: {why}", self.file.key)

    def chunk(self, records: list[dict[str, Any]], number: int) -> Chunk:
        try:
            values = {position: self._values(records, path) for position, path in self.paths.items()}
        except (pa.ArrowException, ValueError, TypeError, KeyError, OverflowError) as error:
            raise FileUnreadable(f"'{self.file.key}': its values are not those of its schema: {error}", self.file.key) from error
        raw = lambda row: _encode(self.raw(records[row]))  # noqa: E731
        return chunk_of(values, self.selection, np.arange(number, number + len(records)), raw, self.is_all)

    def _values(self, records: list[dict[str, Any]], path: tuple[Any, ...]) -> Native | Branches:
        first, *rest = path
        values: list[Any] = [record[first] for record in records]
        schema, space = self._field(self.schema, self.space, str(first))
        for step in rest:
            schema, space = self._inner(schema, space, step)
            values = [_step(value, step) for value in values]
        return native_values(values, self.named, schema, space)

    def _field(self, record: Any, space: str, name: str) -> tuple[Any, str]:
        return self.named.resolved(next(field["type"] for field in record["fields"] if field["name"] == name), space)

    def _inner(self, schema: Any, space: str, step: Any) -> tuple[Any, str]:
        schema, space = self.named.resolved(schema, space)
        if isinstance(schema, list):
            (branch,) = [branch for branch in schema if branch not in ("null", {"type": "null"})]
            schema, space = self.named.resolved(branch, space)
        if schema["type"] in ("array", "map"):
            return self.named.resolved(schema["items" if schema["type"] == "array" else "values"], space)
        return self._field(schema, space, str(step))


def _step(value: Any, step: Any) -> Any:
    if value is None:
        return None
    if isinstance(step, int):
        return value[step] if step < len(value) else None
    return value.get(step)


def _long(number: int) -> bytes:
    """A count as Avro writes it."""
    value, out = number << 1, bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
