"""Whole records as JSON, for those that are rejected."""

import json
from collections.abc import Callable

import pyarrow as pa

from ..values.kinds import Faulty
from .nested import json_texts
from .plain import plain

# Records asked for one by one, before whole runs of them are written at once.
_SINGLE = 64
_RUN = 1_024


def as_struct(batch: pa.RecordBatch) -> pa.Array:
    """The batch as one array of records."""
    children = [plain(column) for column in batch.columns]
    if not children:
        return pa.array([{}] * batch.num_rows, pa.struct([]))
    return pa.StructArray.from_arrays(children, unique(batch.schema.names))


def unique(names: list[str]) -> list[str]:
    """The names; one that comes again gets its number: `a`, `a (2)`."""
    seen: dict[str, int] = {}
    made = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        made.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return made


class RowTexts:
    """The texts of a chunk's records. `records` reads them whole, when somebody asks."""

    def __init__(self, records: Callable[[], pa.Array]):
        self.records = records
        self.array: pa.Array | None = None
        self.asked = 0
        self.run: tuple[int, list[bytes]] = (0, [])

    def __call__(self, row: int) -> bytes:
        start, texts = self.run
        if start <= row < start + len(texts):
            return texts[row - start]
        if self.array is None:
            self.array = self.records()
        self.asked += 1
        if self.asked <= _SINGLE:
            return _bytes(self.array.slice(row, 1))[0]
        start = row - row % _RUN
        self.run = (start, _bytes(self.array.slice(start, _RUN)))
        return self.run[1][row - start]


def _bytes(array: pa.Array) -> list[bytes]:
    texts = json_texts(array)
    return [_shown(array.slice(row, 1)) if isinstance(text, Faulty) else (text or "null").encode() for row, text in enumerate(texts)]


def _shown(array: pa.Array) -> bytes:
    """A record with what JSON cannot say, member by member: that becomes a text."""
    parts = []
    for place, field in enumerate(array.type):
        value = array.field(place)
        text = json_texts(value)[0]
        if isinstance(text, Faulty):
            text = json.dumps(_spelled(value, text), ensure_ascii=False)
        parts.append(f"{json.dumps(field.name, ensure_ascii=False)}:{'null' if text is None else text}")
    return ("{" + ",".join(parts) + "}").encode()


def _spelled(value: pa.Array, fault: Faulty) -> str:
    kind = value.type
    if pa.types.is_string(kind) or pa.types.is_binary(kind):
        return value.cast(pa.binary())[0].as_py().decode("utf-8", "backslashreplace")
    if pa.types.is_floating(kind):
        return str(value[0].as_py())
    return str(value.view(pa.int64())[0].as_py()) if pa.types.is_timestamp(kind) else f"({fault})"
