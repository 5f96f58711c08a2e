"""What the written records of a batch have in `_rescued`, in numbers: for the report."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pyarrow as pa

from .rescue import read_rescued
from .values.texts import SUPER_BYTES

# Names that are told, and that are counted; members that are named by ids would be without end.
_TOLD_NAMES, _COUNTED_NAMES = 200, 10_000
_NUMBER = re.compile(r"[+-]?0*(\d*)(?:\.(\d*?)0*)?")


@dataclass
class Needs:
    """What a column would have to hold for its rescued values: bytes of text, and digits where all are numbers."""

    size: int = 0
    digits: int = 0
    scale: int = 0
    others: int = 0

    def take(self, value: bytes | None) -> None:
        """One value, as JSON."""
        text = "" if value is None else _text_of(value)
        self.size = max(self.size, len(text.encode()))
        found = _NUMBER.fullmatch(text.strip()) if text.strip() else None
        if found is None:
            self.others += 1
            return
        self.digits, self.scale = max(self.digits, len(found[1])), max(self.scale, len(found[2] or ""))

    def add(self, other: "Needs") -> None:
        self.size, self.digits = max(self.size, other.size), max(self.digits, other.digits)
        self.scale, self.others = max(self.scale, other.scale), self.others + other.others

    def told(self) -> dict[str, int]:
        return {"bytes": self.size, "digits": self.digits, "scale": self.scale, "others": self.others}


def _text_of(value: bytes) -> str:
    return msgspec.json.decode(value, type=str) if value[:1] == b'"' else str(value, "utf-8")


@dataclass
class RescueCounts:
    """`records` have something in `_rescued`, `errors` of them values that did not fit, `cut` of them less than there was."""

    records: int = 0
    errors: int = 0
    cut: int = 0
    columns: dict[str, Counter] = field(default_factory=dict)
    needs: dict[str, Needs] = field(default_factory=dict)
    unknown: Counter = field(default_factory=Counter)

    def take(self, values: pa.Array | pa.ChunkedArray) -> None:
        """Counts the column of written rows."""
        if values.null_count == len(values):
            return
        for text in values.drop_null().to_pylist():
            unknown, errors, cut = read_rescued(text)
            self.records += 1
            self.errors += bool(errors)
            self.cut += cut
            for name in unknown:
                if name in self.unknown or len(self.unknown) < _COUNTED_NAMES:
                    self.unknown[name] += 1
            for name, (value, code) in errors.items():
                self.columns.setdefault(name, Counter())[code] += 1
                self.needs.setdefault(name, Needs()).take(value)

    def add(self, other: "RescueCounts") -> None:
        self.records, self.errors, self.cut = self.records + other.records, self.errors + other.errors, self.cut + other.cut
        for name, codes in other.columns.items():
            self.columns.setdefault(name, Counter()).update(codes)
            self.needs.setdefault(name, Needs()).add(other.needs[name])
        self.unknown.update(other.unknown)

    def told(self) -> dict[str, Any]:
        """For the report; names in their order, so that it does not depend on how the work was divided."""
        return {
            "records": self.records,
            "errors": self.errors,
            "cut": self.cut,
            "columns": {name: dict(sorted(codes.items())) for name, codes in sorted(self.columns.items())},
            "needs": {name: needs.told() for name, needs in sorted(self.needs.items())},
            "unknown": dict(sorted(sorted(self.unknown.items(), key=lambda item: (-item[1], item[0]))[:_TOLD_NAMES])),
        }

    def warnings(self) -> list[str]:
        """What every result of a load says."""
        lines = []
        if self.errors:
            columns = ", ".join(
                f"{name} ({', '.join(f'{code} {count}' for code, count in sorted(codes.items()))})"
                for name, codes in sorted(self.columns.items())
            )
            lines.append(f"{self.errors} {_have(self.errors)} values that do not fit and are NULL: {columns}; they stand in _rescued.errors")
        if self.cut:
            lines.append(f"{self.cut} {_have(self.cut)} more than _rescued can hold ({SUPER_BYTES:,} bytes of what SUPER takes): the rest is left out, and _rescued.cut is true")
        return lines


def _have(count: int) -> str:
    return "record has" if count == 1 else "records have"
