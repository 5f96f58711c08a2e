"""Replaces the values of protected columns. It comes behind expressions and checks, which see the clear ones, and before anything is written."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..columns import Typed, drop_failures
from ..contract import Column, Contract
from ..errors import BadValue
from ..standardise import arrow_type
from .hashes import Hasher
from .key import Key, KeyUnusable, version_of
from .withheld import withheld

MASK = "***"


@dataclass
class Protection:
    """What a run does with protected columns. `key` is None where the host was given none."""

    key: Key | None = None

    def __getstate__(self) -> dict[str, Key | None]:
        # Without what was made of the key.
        return {"key": self.key}

    @cached_property
    def hasher(self) -> Hasher:
        return Hasher(self._value())

    def _value(self) -> bytes:
        if self.key is None:
            raise KeyUnusable("the contract hashes a column, but this engine has no key: deploy the project, then redrive")
        return self.key.value()

    def noted(self, contract: Contract) -> dict[str, object] | None:
        """What the report says: which columns are protected, and by which version of the key. Raises KeyUnusable."""
        if not contract.protected:
            return None
        hashes = any(column.protect == "hash" for column in contract.protected)
        return {
            "columns": [column.name for column in contract.protected],
            "key_version": version_of(self._value()) if hashes else None,
        }

    def applied(self, typed: Typed, contract: Contract) -> Typed:
        """The records as they may be written, and their rejects as they may be told."""
        if not contract.protected:
            return typed
        table, failures = typed.table, {}
        for column in contract.protected:
            if column.name not in table.column_names:
                continue
            # What keys, orders and deletes are compared by stays plain text.
            is_compared = column.name in contract.compared
            array, too_long = self._replaced(_joined(table.column(column.name)), column, is_compared)
            table = table.set_column(table.column_names.index(column.name), column.name, array)
            for row in np.flatnonzero(too_long):
                failures.setdefault(int(row), (column, BadValue("too_long", "")))
        return withheld(drop_failures(replace(typed, table=table), failures), contract)

    def _replaced(self, array: pa.Array, column: Column, is_compared: bool) -> tuple[pa.Array, np.ndarray]:
        fits = np.zeros(len(array), dtype=bool)
        if column.protect == "hash":
            return self.hasher.hashed(array) if is_compared else self.hasher.coded(array), fits
        if column.protect == "erase":
            return pa.nulls(len(array), arrow_type(column)), fits
        ends = ending(array, column.kept)
        if column.truncate:
            return _cut(ends, column.length), fits
        return ends, np.asarray(pc.fill_null(pc.greater(pc.binary_length(ends), column.length), False))


def ending(texts: pa.Array, kept: int) -> pa.Array:
    """`***` and the last `kept` characters; of a text that is no longer than them, `***` alone."""
    ends = pc.utf8_slice_codeunits(texts, -kept, None)
    return pc.binary_join_element_wise(MASK, pc.if_else(pc.greater(pc.utf8_length(texts), kept), ends, pa.scalar("")), "")


def _cut(texts: pa.Array, length: int) -> pa.Array:
    return pa.array(
        [None if text is None else text.encode()[:length].decode(errors="ignore") for text in texts.to_pylist()], pa.string()
    )


def _joined(column: pa.ChunkedArray) -> pa.Array:
    return (
        column.chunk(0)
        if column.num_chunks == 1
        else pa.concat_arrays(column.chunks)
        if column.num_chunks
        else pa.array([], column.type)
    )
