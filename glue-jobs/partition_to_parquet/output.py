"""The Parquet of one part: the contract's columns in order, then the lineage columns."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from .batch import Batch
from .contract import Contract, Deletes
from .json_output import JsonPart
from .keys import without_padding
from .objects import Objects
from .protection.hashes import decoded
from .standardise import arrow_type

ROW_GROUP_BYTES = 64 * 1024 * 1024
# An object that has grown to this is closed, and the part goes on in another one.
FILE_BYTES = 128 * 1024 * 1024


def parquet_schema(contract: Contract) -> pa.Schema:
    """Exactly the columns of the staging table. COPY maps them by position (C1.3)."""
    columns = [pa.field(column.name, arrow_type(column)) for column in contract.loaded]
    flag = [pa.field(contract.delete_flag.mark, pa.bool_())] if contract.delete_flag else []
    return pa.schema([*columns, *flag, pa.field("sluice_batch", pa.string()), pa.field("sluice_file", pa.string())])


def is_delete(table: pa.Table, deletes: Deletes) -> pa.ChunkedArray:
    """Of each row whether it is a delete: texts are equal as in the warehouse, without blanks at the end; NULL is none."""
    return pc.is_in(without_padding(table.column(deletes.column)), pa.array([value.rstrip(" ") for value in deletes.values]))


def _alike(tables: list[pa.Table]) -> list[pa.Table]:
    """Tables of the same columns, of which some are texts in one and dictionaries in another, as tables of one schema."""
    if all(table.schema.equals(tables[0].schema) for table in tables[1:]):
        return tables
    return [decoded(table) for table in tables]


def _with_schema(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table with dictionaries where the schema has them: what a writer began with it must go on with."""
    for at, (field, wanted) in enumerate(zip(table.schema, schema, strict=True)):
        if pa.types.is_dictionary(wanted.type) and not pa.types.is_dictionary(field.type):
            table = table.set_column(at, field.name, table.column(at).dictionary_encode())
        elif pa.types.is_dictionary(field.type) and not pa.types.is_dictionary(wanted.type):
            table = table.set_column(at, field.name, table.column(at).cast(wanted.type))
    return table


class ParquetPart:
    """Collects rows into Parquet objects; mostly one, which is written when the part is closed. No rows, no object."""

    def __init__(self, objects: Objects, bucket: str, folder: str, part: str, contract: Contract, batch: Batch):
        self.objects, self.bucket, self.prefix = objects, bucket, f"{folder}{part}"
        self.schema = parquet_schema(contract)
        self.names = [column.name for column in contract.loaded]
        self.looked_up = contract.compared
        self.flag = contract.delete_flag
        self.batch = batch
        self.sink = pa.BufferOutputStream()
        self.writer: pq.ParquetWriter | None = None
        self.waiting: list[pa.Table] = []
        self.waiting_bytes = 0
        self.rows = 0
        self.written: list[dict] = []
        self.lines = JsonPart(objects, bucket, self.prefix, contract) if contract.is_large else None

    def add(self, table: pa.Table, files: np.ndarray) -> None:
        """`files` holds for each row the index of its file. Lineage columns are dictionaries: a byte or two a row."""
        if not table.num_rows:
            return
        zeros = pa.array(np.zeros(table.num_rows, dtype=np.int32))
        place = pa.DictionaryArray.from_arrays(zeros, pa.array([self.batch.place]))
        keys = pa.DictionaryArray.from_arrays(pa.array(files.astype(np.int32)), pa.array([f.key for f in self.batch.files]))
        columns = [table.column(name) for name in self.names]
        if self.flag:
            columns.append(is_delete(table, self.flag))
        self.waiting.append(pa.Table.from_arrays([*columns, place, keys], names=self.schema.names))
        self.waiting_bytes += table.nbytes
        self.rows += table.num_rows
        if self.waiting_bytes >= ROW_GROUP_BYTES:
            self._write()

    def _write(self) -> None:
        if not self.waiting:
            return
        table = decoded(pa.concat_tables(_alike(self.waiting)), every=False)
        if self.writer is None:
            self.writer = pq.ParquetWriter(
                self.sink, table.schema, compression="snappy", store_schema=False, use_dictionary=self._texts(), write_statistics=self._bounded()
            )
        table = _with_schema(table, self.writer.schema).unify_dictionaries()
        if self.lines:
            self.lines.add(table)
        self.writer.write_table(table, row_group_size=max(1, table.num_rows))
        self.waiting, self.waiting_bytes = [], 0
        if self.sink.tell() >= FILE_BYTES:
            self._finish()

    def _texts(self) -> list[str]:
        """Columns that are worth a dictionary; for numbers and times it costs more than it saves."""
        return [field.name for field in self.schema if pa.types.is_string(field.type)]

    def _bounded(self) -> list[str]:
        """Columns that get smallest and largest values: of texts only those that rows are looked up by.

        To find them for a text takes as long as to write it, and says little of texts in no order.
        """
        return [field.name for field in self.schema if not pa.types.is_string(field.type) or field.name in self.looked_up]

    def close(self) -> list[dict]:
        """Writes what is left. Returns the objects' entries for the report; none when there are no rows."""
        self._write()
        self._finish()
        return self.written

    def staged(self) -> list[dict]:
        """The objects that COPY reads, once the part is closed: JSON lines where rows are large, else the Parquet."""
        return self.lines.close() if self.lines else self.written

    def _finish(self) -> None:
        if self.writer is None:
            return
        self.writer.close()
        body = self.sink.getvalue()
        more = f"-{len(self.written):03d}" if self.written else ""
        key = f"{self.prefix}{more}.parquet"
        rows = pq.read_metadata(pa.BufferReader(body)).num_rows
        if rows != self.rows:
            raise RuntimeError(f"{key} holds {rows} rows, {self.rows} were written")
        self.objects.write(self.bucket, key, body)
        self.written.append({"key": key, "content_length": body.size, "rows": rows})
        self.sink, self.writer, self.rows = pa.BufferOutputStream(), None, 0
