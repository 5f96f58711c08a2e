"""What a file with types of its own holds: `python -m partition_to_parquet.describe PATH`, for `sluice infer`.

stdout: {"format", "records", "is_cut", "fields": [{"from", "path", "type", "parse"?, "round"?, "notes", "values"}]}. `type` is null where
only the values tell it, which are texts, or {"kind", "text"} as those of JSON. A file that a load could not read: exit code 1, and the reason
on stderr.
"""

import json
import re
import sys
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa

from partition_to_parquet.batch import Batch, SourceFile
from partition_to_parquet.columns import Chunk, type_column
from partition_to_parquet.contract import Column, Contract, Format
from partition_to_parquet.errors import FileUnreadable, Verdict
from partition_to_parquet.formats.avro.container import read_header
from partition_to_parquet.formats.avro.reader import read_avro
from partition_to_parquet.formats.avro.schema import Named, arrow_type
from partition_to_parquet.formats.orc.file import OrcFile
from partition_to_parquet.formats.orc.reader import read_orc
from partition_to_parquet.formats.parquet.file import ParquetFile
from partition_to_parquet.formats.parquet.reader import read_parquet
from partition_to_parquet.formats.selection import select
from partition_to_parquet.formats.xlsx.cells import rows_of
from partition_to_parquet.formats.xlsx.workbook import Workbook
from partition_to_parquet.native.kinds import FLOATING, JSON, NESTED, NOTHING, OTHER, UNION, kind_of
from partition_to_parquet.native.numbers import number_text
from partition_to_parquet.notes import Notes
from partition_to_parquet.preview import LocalFiles

RECORDS = 20_000
_HEADER_ROWS = 50
_BARE = re.compile(r"[A-Za-z_]\w*")


def describe(path: str) -> dict[str, Any]:
    """Raises a Verdict for a file that cannot be read."""
    objects = LocalFiles({path: path})
    file = SourceFile(0, "files", path, None, None, Path(path).stat().st_size, None, None)
    head = objects.read("files", path, start=0, end=8)
    if head[:2] == b"PK" or head[:4] == b"\xd0\xcf\x11\xe0":
        return _sheet(objects, file)
    if head[:4] == b"Obj\x01":
        kind, schema = "avro", _avro_schema(objects, file)
    elif head[:3] == b"ORC":
        kind, schema = "orc", OrcFile(objects, file).schema
    else:
        kind, schema = "parquet", ParquetFile(objects, file).schema
    leaves = [leaf for field in schema for leaf in _leaves((field.name,), field.type)]
    known = [(path, each) for path, each in leaves if kind_of(each) not in (OTHER, UNION)]
    columns = tuple(_column(number, path, each) for number, (path, each) in enumerate(known))
    values: list[list[Any]] = [[] for _ in columns]
    records, is_cut = 0, False
    for chunk in _chunks(kind, objects, file, columns) if columns else ():
        for place, column in enumerate(columns):
            values[place].extend(type_column(chunk.values[place], column, members=True)[0].to_pylist())
        records += len(chunk.records)
        if records >= RECORDS:
            is_cut = True
            break
    fields = [_field(path, each, found[:RECORDS]) for (path, each), found in zip(known, values, strict=True)]
    fields += [_left_out(path, each) for path, each in leaves if kind_of(each) in (OTHER, UNION)]
    return {"format": {"type": kind}, "records": min(records, RECORDS), "is_cut": is_cut, "fields": fields}


def _avro_schema(objects: LocalFiles, file: SourceFile) -> pa.Schema:
    try:
        named = Named(read_header(objects, file).schema)
        kind = arrow_type(named, *named.schema)
    except (ValueError, KeyError, TypeError) as error:
        raise FileUnreadable(f"'{file.key}' has a schema that cannot be read: {error}", file.key) from error
    if not pa.types.is_struct(kind):
        raise FileUnreadable(f"'{file.key}': its schema is not a record, so it has no columns", file.key)
    return pa.schema(list(kind))


def _leaves(path: tuple[str, ...], kind: pa.DataType) -> Iterator[tuple[tuple[str, ...], pa.DataType]]:
    if pa.types.is_struct(kind) and kind.num_fields:
        for field in kind:
            yield from _leaves((*path, field.name), field.type)
    else:
        yield path, kind


def _path_text(path: tuple[str, ...]) -> str:
    text = ""
    for name in path:
        if _BARE.fullmatch(name):
            text += f".{name}" if text else name
        else:
            escaped = name.replace("\\", "\\\\").replace("'", "\\'")
            text += f"['{escaped}']"
    return text


def _column(number: int, path: tuple[str, ...], kind: pa.DataType) -> Column:
    is_nested = kind_of(kind) in (NESTED, JSON)
    return Column(f"c{number}", "super" if is_nested else "varchar", _path_text(path), length=65_535)


def _chunks(kind: str, objects: LocalFiles, file: SourceFile, columns: tuple[Column, ...]) -> Iterator[Chunk]:
    contract = Contract("sample", Format(kind, "none"), columns, (), "ignore", (), None, "reject", False)
    selection = select(columns, file, Batch(*[""] * 9, files=(file,)))
    read = {"parquet": read_parquet, "orc": read_orc, "avro": read_avro}[kind]
    return read(objects, file, selection, contract, Notes())


def _field(path: tuple[str, ...], kind: pa.DataType, values: list[str | None]) -> dict[str, Any]:
    proposed, notes = _proposed(kind)
    more: dict[str, Any] = {}
    if pa.types.is_timestamp(kind) and kind.unit == "ns" and any(re.search(r"\.\d{7,}", value or "") for value in values):
        more["round"] = True
        notes.append("nanoseconds: a column has microseconds, so they are rounded")
    shaped = [None if value is None else {"kind": "nested", "text": value} for value in values] if proposed == "super" else values
    return {"from": _path_text(path), "path": list(path), "type": proposed, "notes": notes, "values": shaped, **more}


def _proposed(kind: pa.DataType) -> tuple[str | None, list[str]]:
    """The column's type by the file's own; None where the values tell it, as of texts."""
    name = kind_of(kind)
    if name in (NESTED, JSON):
        return "super", []
    if name == NOTHING:
        return None, ["the file says that it is always NULL"]
    if pa.types.is_decimal(kind):
        if kind.precision > 38:
            return f"decimal(38,{min(kind.scale, 37)})", [f"the file has up to {kind.precision} digits, a column holds 38"]
        return f"decimal({kind.precision},{max(kind.scale, 0)})", []
    if name == FLOATING:
        return ("double precision" if pa.types.is_float64(kind) else "real"), []
    for is_of, proposed in _TYPES:
        if is_of(kind):
            return proposed, []
    if pa.types.is_timestamp(kind):
        return ("timestamp" if kind.tz is None else "timestamptz"), []
    return None, []


_TYPES = (
    (lambda kind: kind in (pa.int8(), pa.uint8(), pa.int16()), "smallint"),
    (lambda kind: kind in (pa.int32(), pa.uint16()), "integer"),
    (lambda kind: kind in (pa.int64(), pa.uint32()), "bigint"),
    (lambda kind: kind == pa.uint64(), "decimal(20,0)"),
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_date, "date"),
)


def _left_out(path: tuple[str, ...], kind: pa.DataType) -> dict[str, Any]:
    note = f"a union of several types ({kind})" if kind_of(kind) == UNION else f"no column can hold the file's type {kind}"
    return {"from": _path_text(path), "path": list(path), "type": None, "notes": [note], "obstacle": note, "values": []}


def _sheet(objects: LocalFiles, file: SourceFile) -> dict[str, Any]:
    """The first visible sheet; its header is the first row of texts that is as wide as what is below."""
    workbook = Workbook(objects, file)
    sheet = workbook.sheet(None)
    rows = []
    for row in rows_of(workbook, sheet.part):
        rows.append(row)
        if len(rows) > RECORDS:
            break
    widths = sorted(len(row.values) for row in rows)
    typical = widths[len(widths) // 2] if widths else 0
    top = [row for row in rows[:_HEADER_ROWS] if len(row.values) >= typical and all(isinstance(value, str) for value in row.values.values())]
    if not top:
        raise FileUnreadable(f"'{file.key}', sheet '{sheet.name}': no row of texts names the columns", file.key)
    header = top[0]
    records = [row for row in rows if row.number > header.number]
    form: dict[str, Any] = {"type": "xlsx", **({"sheet": sheet.name} if len(workbook.sheets) > 1 else {})}
    if header.number > 1:
        form["skip_lines"] = header.number - 1
    fields = []
    for place, name in header.values.items():
        text = str(name).strip()
        midnight = all(each.time() == time() for row in records if isinstance(each := row.values.get(place), datetime))
        values = [_cell(row.values.get(place), midnight) for row in records]
        if text:
            fields.append({"from": text, "path": [text], "type": None, "notes": [], "values": values})
    return {"format": form, "records": len(records), "is_cut": len(rows) > RECORDS, "fields": fields}


def _cell(value: Any, is_midnight: bool) -> Any:
    if isinstance(value, bool):
        return {"kind": "boolean", "text": "true" if value else "false"}
    if isinstance(value, float):
        return {"kind": "number", "text": number_text(value)}
    if isinstance(value, datetime):
        return value.date().isoformat() if is_midnight else value.isoformat()
    return None if value is None else value.isoformat() if isinstance(value, time) else str(value)


def main() -> int:
    """The command."""
    (path,) = sys.argv[1:]
    try:
        json.dump(describe(path), sys.stdout, ensure_ascii=False)
    except Verdict as verdict:
        sys.stderr.write(verdict.message.replace(path, Path(path).name))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
