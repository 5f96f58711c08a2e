"""Reads the compiled contract (contract.json), in which every default is filled in."""

from dataclasses import dataclass, field
from typing import Any

from .errors import ContractInvalid

# The column for what does not fit the others, and the `from` that it has in compiled contracts.
RESCUED = "_rescued"
RESCUED_SOURCE = "$rescued"


@dataclass(frozen=True)
class NumberFormat:
    """How texts write numbers. `negative` holds further spellings: `trailing`, `parentheses`; `strip` texts at either end."""

    decimal: str = "."
    thousands: str | None = None
    negative: frozenset[str] = frozenset()
    strip: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """One declared column. Exactly one of `source`, `value` and `expression` is not None."""

    name: str
    type: str
    source: str | int | None
    value: Any = None
    expression: str | None = None
    length: int = 0
    precision: int = 0
    scale: int = 0
    required: bool = False
    optional: bool = False
    trim: bool = True
    empty: str = "null"
    nulls: frozenset[str] = frozenset()
    nfc: bool = True
    case: str | None = None
    parse: tuple[str, ...] = ("iso8601",)
    zones: tuple[tuple[str, str], ...] = ()
    number: "NumberFormat | None" = None
    timezone: str | None = None
    round: bool = False
    truncate: bool = False
    default: Any = None
    as_json: bool = False
    occurrence: int | None = None
    load: bool = True
    on_error: str = "reject"
    retired: bool = False
    # Of super: values of up to 4,000,000 bytes, and whether texts inside may be as long.
    large: bool = False
    large_strings: bool = False
    # `hash`, `partial` (with the number of characters that are `kept`) or `erase`.
    protect: str | None = None
    kept: int = 0

    @property
    def room(self) -> int:
        """How many bytes a value's text may have. Of a protected one the type's length is that of what is written."""
        return _BOUNDLESS if self.protect else self.length

    @property
    def keep_empty(self) -> bool:
        """Whether an empty text stays one. Of `empty: quoted` only those in quotes arrive as texts."""
        return self.empty != "null"

    @property
    def is_text(self) -> bool:
        return self.type in ("varchar", "char")


_BOUNDLESS = 2**31 - 1
_COLUMNAR = ("parquet", "avro", "orc", "xlsx")
_FORMATS = ("csv", "json", "xml", "fixed", *_COLUMNAR)


@dataclass(frozen=True)
class Format:
    """How a file's records are written. Members that do not belong to `type` keep their defaults."""

    type: str
    compression: str = "auto"
    encoding: str | None = None
    delimiter: str = ","
    quote: str | None = '"'
    escape: str = "double"
    header: bool | str = True
    comment: str | None = None
    skip_lines: int = 0
    skip_after_header: int = 0
    footer: str | None = None
    skip_initial_space: bool = False
    quotes: str = "lenient"
    short_rows: str = "reject"
    unit: str = "characters"
    sheet: str | int | None = None
    lines: bool = True
    records: str | None = None
    concatenated: bool = False
    record: tuple[str, ...] = ()
    namespaces: dict[str, str] = field(default_factory=dict)

    @property
    def is_columnar(self) -> bool:
        """Whether files bring a schema of their own, and pack themselves."""
        return self.type in _COLUMNAR

    @property
    def has_units(self) -> bool:
        """Whether a file's own directory tells its units of work, and how many records each has."""
        return self.type in ("parquet", "orc")


@dataclass(frozen=True)
class Check:
    name: str
    sql: str


@dataclass(frozen=True)
class Deletes:
    """The column that says of a record whether it is a delete, the values that say so, and the name of the mark."""

    column: str
    values: tuple[str, ...]
    mark: str


@dataclass(frozen=True)
class Contract:
    dataset: str
    format: Format
    columns: tuple[Column, ...]
    checks: tuple[Check, ...]
    unknown_columns: str
    key: tuple[str, ...]
    order_by: str | None
    conflicts: str
    exact: bool
    deletes: Deletes | None = None
    is_history: bool = False
    # Of a contract that protects columns: whether rejects keep their raw text all the same.
    keeps_raw: bool = False

    @property
    def protected(self) -> tuple[Column, ...]:
        """The columns whose values are replaced before anything is written."""
        return tuple(column for column in self.columns if column.protect)

    @property
    def keeps_unknown(self) -> bool:
        """Whether what no column asks for is kept."""
        return self.unknown_columns == "rescue"

    @property
    def plain(self) -> tuple[Column, ...]:
        """The columns that come from the file or are constants; expressions are computed over these."""
        return tuple(column for column in self.columns if column.expression is None)

    @property
    def expressions(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.expression is not None)

    @property
    def identity(self) -> tuple[str, ...]:
        """The columns by which two records are the same: the key, or all of them; none where nothing is deduplicated.

        In a history all versions of a key count, and only those of one time are the same. What was rescued never counts.
        """
        if self.key:
            return (*self.key, self.order_by) if self.is_history and self.order_by else self.key
        return tuple(column.name for column in self.loaded if column.name != RESCUED) if self.exact else ()

    @property
    def compared(self) -> frozenset[str]:
        """The columns by which rows are told apart, ordered or taken for deletes."""
        others = [self.order_by, self.deletes.column if self.deletes else None]
        return frozenset(name for name in (*self.identity, *others) if name is not None)

    @property
    def loaded(self) -> tuple[Column, ...]:
        """The columns that are written; the others are there for expressions, checks and deletes."""
        return tuple(column for column in self.columns if column.load)

    @property
    def is_large(self) -> bool:
        """Whether rows are staged as JSON lines: Parquet's texts have no room for them."""
        return any(column.large for column in self.loaded)

    @property
    def delete_flag(self) -> Deletes | None:
        """How a delete is told where its column is not written: as a boolean, which has the name of the mark."""
        names = {column.name for column in self.loaded}
        return self.deletes if self.deletes and self.deletes.column not in names else None

    @property
    def content(self) -> tuple[str, ...]:
        """The columns by which two records of a key are the same record."""
        flag = self.delete_flag
        return (*(column.name for column in self.loaded if column.name != RESCUED), *([flag.column] if flag else []))


KNOWN_TYPES = {
    "smallint", "integer", "bigint", "decimal", "real", "double precision", "boolean",
    "char", "varchar", "date", "timestamp", "timestamptz", "super",
}  # fmt: skip


def read_contract(document: dict[str, Any]) -> Contract:
    """Builds a Contract from contract.json. Raises ContractInvalid for a type or format that the job does not know."""
    load = document["load"]
    return Contract(
        dataset=document["dataset"],
        format=_format(document["format"]),
        columns=tuple(_column(column, document.get("large_strings", False)) for column in document["columns"]),
        checks=tuple(Check(check["name"], check["sql"]) for check in document.get("checks", [])),
        unknown_columns=document.get("unknown_columns", "warn"),
        key=tuple(load.get("key") or ()),
        order_by=load.get("order_by"),
        conflicts=load.get("conflicts", "reject"),
        exact=load.get("deduplicate") == "exact",
        deletes=_deletes(load.get("deletes")),
        is_history=load.get("mode") == "history",
        keeps_raw=(document.get("rejects") or {}).get("raw") == "keep",
    )


def _deletes(document: dict[str, Any] | None) -> Deletes | None:
    if not document:
        return None
    return Deletes(document["column"], tuple(document["values"]), document.get("mark") or "is_deleted")


def _format(document: dict[str, Any]) -> Format:
    members = {key: value for key, value in document.items() if key in Format.__dataclass_fields__}
    if document["type"] not in _FORMATS:
        raise ContractInvalid(f"format type '{document['type']}' is not {', '.join(_FORMATS[:-1])} or {_FORMATS[-1]}")
    if document["type"] in _COLUMNAR:
        members |= {"compression": "none", "encoding": None}
    record = members.pop("record", ())
    return Format(**members, record=(record,) if isinstance(record, str) else tuple(record))


def _column(document: dict[str, Any], large_strings: bool = False) -> Column:
    kind = document["type"]
    if kind["name"] not in KNOWN_TYPES:
        raise ContractInvalid(f"column '{document['name']}' has the unknown type '{kind['name']}'")
    return Column(
        name=document["name"],
        type=kind["name"],
        source=document.get("from"),
        value=document.get("value"),
        expression=document.get("expression"),
        length=kind.get("length") or 0,
        precision=kind.get("precision") or 0,
        scale=kind.get("scale") or 0,
        required=document.get("required", False),
        optional=document.get("optional", False),
        trim=document.get("trim", True),
        empty=document.get("empty") or "null",
        nulls=frozenset(document.get("null") or ()),
        nfc=document.get("normalize", "nfc") == "nfc",
        case=document.get("case"),
        parse=_listed(document.get("parse") or "iso8601"),
        zones=tuple(sorted((document.get("zones") or {}).items())),
        number=_number(document.get("number")),
        timezone=document.get("timezone"),
        round=document.get("round", False),
        truncate=document.get("truncate", False),
        default=document.get("default"),
        as_json=document.get("as") == "json",
        occurrence=document.get("occurrence"),
        load=document.get("load", True),
        on_error=document.get("on_error") or "reject",
        retired=document.get("retired", False),
        large=document.get("large", False),
        large_strings=large_strings and document.get("large", False),
        **_protection(document.get("protect")),
    )


def _protection(document: str | dict[str, int] | None) -> dict[str, Any]:
    if isinstance(document, dict):
        return {"protect": "partial", "kept": document["partial"]}
    return {"protect": document}


def _listed(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _number(document: dict[str, Any] | None) -> NumberFormat | None:
    if document is None:
        return None
    return NumberFormat(
        document.get("decimal") or ".",
        document.get("thousands"),
        frozenset(document.get("negative") or ()),
        tuple(sorted(document.get("strip") or (), key=len, reverse=True)),
    )
