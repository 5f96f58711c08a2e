"""Decoded values of Avro as typed columns, and as JSON."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Context, Decimal
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from ...native.iso import iso_texts
from ...native.kinds import READY, Branches, Native, kind_of
from ...native.nested import whole_number
from ...native.plain import plain
from .schema import Named, arrow_type, branches, scale_of, str_of

_WIDE = Context(prec=200)
_encode = msgspec.json.Encoder(decimal_format="number").encode
Shape = Callable[[Any], Any]


class Fault(Exception):
    """What JSON or the warehouse cannot say; `code` is the reject's."""

    def __init__(self, message: str, code: str):
        super().__init__(message)
        self.code = code


def native_values(values: Sequence[Any], named: Named, schema: Any, space: str) -> Native | Branches:
    """The values of one place, with the kind that the schema gives them. Raises pa.ArrowException, ValueError."""
    schema, space = named.resolved(schema, space)
    if isinstance(schema, list):
        kept, _ = branches(schema)
        if len(kept) == 1:
            return native_values(values, named, kept[0][1], space)
        if not kept:
            return Native(pa.nulls(len(values)), "null")
        return _union(values, kept, named, space)
    kind = schema["type"]
    wanted = arrow_type(named, schema, space)
    if kind in ("array", "map", "record", "error"):
        return _nested(values, Shapes(named).of(schema, space))
    if pa.types.is_decimal(wanted):
        return Native(decimals([None if value is None else from_bytes(value) for value in values], schema), "decimal")
    if isinstance(wanted, pa.BaseExtensionType):
        if kind == "string":
            texts = pa.array(values, pa.binary())
            return Native(texts.cast(pa.string()), "UUID") if _all_text(values) else Native(texts, "text")
        return Native(plain(pa.ExtensionArray.from_storage(wanted, pa.array(values, pa.binary(16)))), "UUID")
    if pa.types.is_date32(wanted) or pa.types.is_time32(wanted):
        return Native(plain(pa.array(values, pa.int32()).view(wanted)), kind_of(wanted))
    if pa.types.is_timestamp(wanted) or pa.types.is_time64(wanted):
        return Native(pa.array(values, pa.int64()).view(wanted), kind_of(wanted))
    if kind == "string":
        return Native(pa.array(values, pa.binary()), "text")
    return Native(pa.array(values, wanted), kind_of(wanted))


def _all_text(values: Sequence[Any]) -> bool:
    return all(value is None or value.isascii() for value in values)


def from_bytes(value: bytes) -> int:
    """A decimal's digits: big-endian, in two's complement."""
    return int.from_bytes(value, "big", signed=True)


def decimals(numbers: list[int | None], schema: dict[str, Any]) -> pa.Array:
    """Unscaled numbers as decimals, wide enough for each of them whatever precision the schema says."""
    scale = scale_of(schema)
    largest = max((abs(number) for number in numbers if number is not None), default=0)
    if largest < 2**63:
        mask = np.array([number is None for number in numbers], dtype=bool)
        words = np.zeros((len(numbers), 2), dtype=np.int64)
        words[:, 0] = [number or 0 for number in numbers]
        words[:, 1] = words[:, 0] >> 63
        there = None if not mask.any() else pa.array(~mask).buffers()[1]
        return pa.Array.from_buffers(pa.decimal128(38, scale), len(numbers), [there, pa.py_buffer(words)])
    kind = pa.decimal128(38, scale) if largest < 10**38 else pa.decimal256(76, scale)
    return pa.array([None if number is None else Decimal(number).scaleb(-scale, _WIDE) for number in numbers], kind)


def _union(values: Sequence[Any], kept: Sequence[tuple[int, Any]], named: Named, space: str) -> Branches:
    """`values` are records of one field, which tells the branch; None is NULL, and of the first branch."""
    which = np.zeros(len(values), dtype=np.int64)
    columns: list[list[Any]] = [[None] * len(values) for _ in kept]
    number_of = {str_of(place): number for number, (place, _) in enumerate(kept)}
    for row, value in enumerate(values):
        if value is not None:
            ((name, inner),) = value.items()
            which[row] = number_of[name]
            columns[which[row]][row] = inner
    found = [native_values(column, named, branch, space) for column, (_, branch) in zip(columns, kept, strict=True)]
    return Branches(which, tuple(each for each in found if isinstance(each, Native)))


def _nested(values: Sequence[Any], shape: Shape) -> Native:
    texts: list[str | None] = []
    faults: list[tuple[int, str, str]] = []
    for row, value in enumerate(values):
        try:
            texts.append(None if value is None else str(_encode(shape(value)), "utf-8"))
        except Fault as fault:
            texts.append(None)
            faults.append((row, fault.code, str(fault)))
    return Native(pa.array(texts, pa.string()), READY, faults=tuple(faults))


class Shapes:
    """Functions from decoded values to what encodes as JSON. A lenient one shows what JSON cannot say, for people."""

    def __init__(self, named: Named, is_lenient: bool = False):
        self.named, self.is_lenient = named, is_lenient
        self.known: dict[int, Shape] = {}

    def of(self, schema: Any, space: str) -> Shape:
        """The function for values of a schema."""
        schema, space = self.named.resolved(schema, space)
        if isinstance(schema, dict) and schema["type"] not in ("array", "map", "record", "error"):
            return self._scalar(schema, space)
        if id(schema) in self.known:
            return self.known[id(schema)]
        # A schema may hold itself.
        self.known[id(schema)] = lambda value: made(value)
        made = self._made(schema, space)
        self.known[id(schema)] = made
        return made

    def _made(self, schema: Any, space: str) -> Shape:
        if isinstance(schema, list):
            return self._union(schema, space)
        kind = schema["type"]
        if kind in ("record", "error"):
            parts = [(field["name"], self.of(field["type"], space)) for field in schema["fields"]]
            return lambda record: {name: None if (value := record[name]) is None else shape(value) for name, shape in parts}
        if kind == "array":
            inner = self.of(schema["items"], space)
            return lambda values: [None if value is None else inner(value) for value in values]
        if kind == "map":
            inner = self.of(schema["values"], space)
            return lambda members: {name: None if value is None else inner(value) for name, value in members.items()}
        raise ValueError(f"the schema has the type {kind}")

    def _union(self, schema: list[Any], space: str) -> Shape:
        kept, _ = branches(schema)
        if len(kept) == 1:
            return self.of(kept[0][1], space)
        shapes = {str_of(place): self.of(branch, space) for place, branch in kept}

        def pick(value: Any) -> Any:
            ((name, inner),) = value.items()
            return None if inner is None else shapes[name](inner)

        return pick

    def _scalar(self, schema: dict[str, Any], space: str) -> Shape:
        wanted = arrow_type(self.named, schema, space)
        if pa.types.is_decimal(wanted):
            scale = scale_of(schema)
            return lambda value: Decimal(from_bytes(value)).scaleb(-scale, _WIDE) if scale else from_bytes(value)
        if isinstance(wanted, pa.BaseExtensionType) and schema["type"] == "fixed":
            return lambda value: plain(pa.ExtensionArray.from_storage(wanted, pa.array([value], pa.binary(16))))[0].as_py()
        if pa.types.is_date32(wanted):
            return self._far(lambda value: (date(1970, 1, 1) + timedelta(days=value)).isoformat())
        if pa.types.is_time32(wanted) or pa.types.is_time64(wanted) or pa.types.is_timestamp(wanted):
            width = pa.int32() if pa.types.is_time32(wanted) else pa.int64()
            return self._far(lambda value: iso_texts(plain(pa.array([value], width).view(wanted)))[0].as_py())
        if pa.types.is_floating(wanted):
            return self._finite if schema["type"] == "double" else lambda value: self._finite(float(str(np.float32(value))))
        if schema["type"] in ("string", "bytes", "fixed"):
            return self._text
        return lambda value: value

    def _far(self, text: Callable[[int], str]) -> Shape:
        def shape(value: int) -> Any:
            try:
                found = text(value)
            except (OverflowError, ValueError, pa.ArrowException):
                found = ""
            if len(found.partition("-")[0]) == 4 or ":" in found[:3]:
                return found
            if self.is_lenient:
                return value
            raise Fault("the value holds a time outside the years 0001 to 9999", "out_of_range")

        return shape

    def _finite(self, value: float) -> Any:
        if value - value == 0:
            return whole_number(value)
        if self.is_lenient:
            return str(value)
        raise Fault("the value contains NaN or infinity, which JSON cannot express", "wrong_type")

    def _text(self, value: bytes) -> str:
        try:
            return value.decode()
        except UnicodeDecodeError as error:
            if self.is_lenient:
                return value.decode("utf-8", "backslashreplace")
            raise Fault(f"the value contains a text that is not UTF-8 at its byte {error.start + 1}", "invalid_encoding") from None
