"""The rows of one part as JSON lines, for a COPY into SUPER: a text of Parquet has no room for large values (J2.2, C1.14)."""

from collections.abc import Sequence

import msgspec
import pyarrow as pa

from .contract import Contract
from .objects import Objects

# An object that has grown to this is closed, and the part goes on in another one.
FILE_BYTES = 128 * 1024 * 1024
_encode = msgspec.json.encode


class JsonPart:
    """Collects rows into objects of lines, each an object whose members are the columns of the staging table."""

    def __init__(self, objects: Objects, bucket: str, prefix: str, contract: Contract):
        self.objects, self.bucket, self.prefix = objects, bucket, prefix
        self.large = frozenset(column.name for column in contract.loaded if column.large)
        self.lines: list[bytes] = []
        self.size = 0
        self.written: list[dict] = []

    def add(self, table: pa.Table) -> None:
        """Rows with all columns of the Parquet files."""
        keys = [_encode(name) + b":" for name in table.column_names]
        columns = [json_values(table.column(name), name in self.large) for name in table.column_names]
        for row in zip(*columns, strict=True):
            line = b"{" + b",".join([key + value for key, value in zip(keys, row, strict=True) if value is not None]) + b"}\n"
            self.lines.append(line)
            self.size += len(line)
            if self.size >= FILE_BYTES:
                self._finish()

    def close(self) -> list[dict]:
        """Writes what is left. Returns the objects' entries for the COPY's manifest."""
        self._finish()
        return self.written

    def _finish(self) -> None:
        if not self.lines:
            return
        key = f"{self.prefix}-{len(self.written):03d}.jsonl"
        self.objects.write(self.bucket, key, b"".join(self.lines))
        self.written.append({"key": key, "content_length": self.size, "rows": len(self.lines)})
        self.lines, self.size = [], 0


def json_values(column: pa.ChunkedArray, is_json: bool) -> Sequence[bytes | None]:
    """The values of a column as JSON; NULL is None. Decimals and times are texts, which COPY reads without a loss."""
    kind = column.type
    if is_json:
        # Line ends can only stand between the parts of a JSON text.
        return [None if text is None else text.replace("\n", " ").replace("\r", " ").encode() for text in column.to_pylist()]
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(pa.string()), pa.string()
    texts = column.to_pylist() if pa.types.is_string(kind) else column.cast(pa.string()).to_pylist()
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind):
        return [None if text is None else text.encode() for text in texts]
    return [None if text is None else _encode(text) for text in texts]
