"""An ORC file: its schema in Arrow's words, its stripes, and what it must not be."""

import os
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pyarrow as pa

from ...batch import SourceFile
from ...errors import FileMismatch, FileUnreadable
from ...objects import Objects
from ...packing import looks_like
from ...ranges import Opened
from ..columnar.guard import reading
from .footer import Stripe, footer_length, read_stripes

_TAIL_BYTES = 16 * 1024
_MICROS = pa.timestamp("us")


@cache
def _arrow_orc() -> Any:
    """pyarrow.orc. Its reader looks for time zones in the system's folder, or in TZDIR; Lambda has none."""
    if not Path("/usr/share/zoneinfo/UTC").exists() and "TZDIR" not in os.environ:
        os.environ["TZDIR"] = str(resources.files("tzdata").joinpath("zoneinfo"))
    import pyarrow.orc

    return pyarrow.orc


def _spark_local_times(schema: pa.Schema) -> frozenset[int]:
    """Columns that Spark (3.3 and later) wrote as TIMESTAMP_NTZ: microseconds in a long, with an attribute that only Spark heeds."""
    mark = (b"spark.sql.catalyst.type", b"timestamp_ntz")
    return frozenset(place for place, field in enumerate(schema) if pa.types.is_int64(field.type) and mark in (field.metadata or {}).items())


def _with_times(schema: pa.Schema, places: frozenset[int]) -> pa.Schema:
    for place in places:
        schema = schema.set(place, schema.field(place).with_type(_MICROS))
    return schema


class OrcFile:
    """Raises FileUnreadable where the file is none, or was cut off."""

    def __init__(self, objects: Objects, file: SourceFile, proven: bool = False, is_glance: bool = False):
        self.file = file
        if file.content_length < 16:
            raise FileUnreadable(f"'{file.key}' has {file.content_length} bytes, which is not an ORC file; it is empty or was cut off", file.key)
        self.opened = Opened(objects, file, proven, is_glance)
        source = self.opened.source()
        head = source.read(16)
        tail = self._tail(source, _TAIL_BYTES)
        self._look_at_ends(head, tail)
        with reading(file, self.opened, "ORC"):
            self.stripes = read_stripes(self._tail(source, max(_TAIL_BYTES, footer_length(tail))))
            self.reader = _arrow_orc().ORCFile(self.opened.source())
            self.local_times = _spark_local_times(self.reader.schema)
            self.schema: pa.Schema = _with_times(self.reader.schema, self.local_times)
            rows = self.reader.nrows
        if len(self.stripes) != self.reader.nstripes or sum(stripe.rows for stripe in self.stripes) != rows:
            raise FileUnreadable(f"'{file.key}': its stripes are not those of its footer; the file is damaged", file.key)
        if file.record_count is not None and file.record_count != rows:
            raise FileMismatch(f"'{file.key}' has {rows} records by its footer, the manifest says {file.record_count}", file.key)

    def _tail(self, source: pa.NativeFile, size: int) -> bytes:
        source.seek(max(0, self.file.content_length - size))
        return source.read(min(size, self.file.content_length))

    def _look_at_ends(self, head: bytes, tail: bytes) -> None:
        key = self.file.key
        if head[:3] != b"ORC":
            packed = looks_like(head)
            seen = f"looks like {packed}" if packed != "none" else "does not begin as ORC does"
            raise FileUnreadable(f"'{key}' {seen}; deliver ORC as it is, or correct the contract's format", key)
        if b"ORC" not in tail[-1 - tail[-1] :]:
            raise FileUnreadable(f"'{key}' begins as ORC but does not end in its postscript: it was cut off; deliver it again", key)

    def facts(self, fields: Iterable[int]) -> dict[str, Any]:
        """What the report says of the file."""
        return {
            "compression": str(self.reader.compression).lower().replace("uncompressed", "none"),
            "stripes": len(self.stripes),
            "written_by": f"{self.reader.writer} {self.reader.software_version}".strip(),
            "schema": {self.schema.field(place).name: str(self.schema.field(place).type) for place in fields},
        }

    def _read(self, stripe: Stripe, names: Sequence[str] | None) -> pa.RecordBatch:
        """The columns of these names, or all. Out of memory one by one: the library holds what it decodes in a second form."""
        if names is None or self.opened.ranges is not None:
            return self.reader.read_stripe(stripe.number, columns=names)
        columns = [self.reader.read_stripe(stripe.number, columns=[name]).column(0) for name in names]
        return pa.RecordBatch.from_arrays(columns, names=names)

    def read(self, stripe: Stripe, fields: Sequence[int]) -> pa.RecordBatch:
        """A stripe's rows with some top-level fields, in the file's order."""
        if len(fields) == len(self.schema):
            self.opened.load([(stripe.offset, stripe.offset + stripe.bytes)])
        names = [self.schema.field(field).name for field in fields]
        can_choose = not any("." in name for name in self.schema.names) and len(set(self.schema.names)) == len(self.schema)
        with reading(self.file, self.opened, "ORC"):
            try:
                batch = self._read(stripe, names if can_choose else None)
            except pa.ArrowInvalid as error:
                if "nanosecond" not in str(error):
                    raise
                message = f"'{self.file.key}' holds times before 1677 or after 2262 in one of {', '.join(names)}, which cannot be read from ORC"
                raise FileUnreadable(f"{message}; have the producer write Parquet, or a date or text", self.file.key) from error
        if batch.num_rows != stripe.rows:
            message = f"'{self.file.key}': stripe {stripe.number + 1} has {batch.num_rows} records, its footer says {stripe.rows}"
            raise FileUnreadable(f"{message}; the file is damaged", self.file.key)
        columns = batch.columns if can_choose else [batch.column(field) for field in fields]
        if self.local_times:
            columns = [each.view(_MICROS) if field in self.local_times else each for field, each in zip(fields, columns, strict=True)]
        return pa.RecordBatch.from_arrays(columns, names=names)
