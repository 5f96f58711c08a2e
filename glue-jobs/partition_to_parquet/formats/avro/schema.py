"""An Avro schema: as Arrow types for finding columns, and as the plainer schema that the records are decoded with.

Both encode to the same bytes: without logical types, texts as bytes, and each branch of a union of several as a record of one
field, which tells the branch of every value.
"""

from typing import Any

import pyarrow as pa

_PRIMITIVE = {
    "null": pa.null(), "boolean": pa.bool_(), "int": pa.int32(), "long": pa.int64(), "float": pa.float32(), "double": pa.float64(),
    "bytes": pa.binary(), "string": pa.string(),
}  # fmt: skip
_LOGICAL = {
    ("int", "date"): pa.date32(),
    ("int", "time-millis"): pa.time32("ms"),
    ("long", "time-micros"): pa.time64("us"),
    ("long", "timestamp-millis"): pa.timestamp("ms", "UTC"),
    ("long", "timestamp-micros"): pa.timestamp("us", "UTC"),
    ("long", "timestamp-nanos"): pa.timestamp("ns", "UTC"),
    ("long", "local-timestamp-millis"): pa.timestamp("ms"),
    ("long", "local-timestamp-micros"): pa.timestamp("us"),
    ("long", "local-timestamp-nanos"): pa.timestamp("ns"),
    ("string", "uuid"): pa.uuid(),
    ("fixed", "uuid"): pa.uuid(),
}
# What a schema that holds itself is beyond its first level; and a fixed duration, which no column takes.
_DEEPER = pa.list_(pa.null())
_DURATION = pa.duration("ms")


class Named:
    """The named types of a schema by their full names. Raises ValueError for a schema that is none."""

    def __init__(self, schema: Any):
        self.types: dict[str, Any] = {}
        self._collect(schema, "")
        self.schema = self.resolved(schema, "")

    def _collect(self, schema: Any, space: str) -> None:
        if isinstance(schema, list):
            for branch in schema:
                self._collect(branch, space)
        elif isinstance(schema, dict):
            if schema.get("type") in ("record", "error", "enum", "fixed"):
                name, space = full_name(schema, space)
                self.types[name] = (schema, space)
            for field in schema.get("fields", ()):
                self._collect(field["type"], space)
            for key in ("items", "values"):
                if key in schema:
                    self._collect(schema[key], space)
            if isinstance(schema.get("type"), (dict, list)):
                self._collect(schema["type"], space)

    def resolved(self, schema: Any, space: str) -> tuple[Any, str]:
        """A schema with its namespace; a name is what it names, a type in a type what is inside."""
        while True:
            if isinstance(schema, str):
                if schema in _PRIMITIVE:
                    return {"type": schema}, space
                name = schema if "." in schema or not space else f"{space}.{schema}"
                found = self.types.get(name) or self.types.get(schema)
                if found is None:
                    raise ValueError(f"the schema names a type '{schema}' that it does not have")
                return found
            if isinstance(schema, dict) and isinstance(schema.get("type"), (dict, list)):
                schema = schema["type"]
                continue
            if isinstance(schema, dict) and schema.get("type") not in (*_PRIMITIVE, *_COMPLEX):
                schema = str(schema.get("type"))
                continue
            if isinstance(schema, dict) and schema["type"] in ("record", "error", "enum", "fixed"):
                return schema, full_name(schema, space)[1]
            return schema, space


_COMPLEX = ("record", "error", "enum", "fixed", "array", "map")


def full_name(schema: dict[str, Any], space: str) -> tuple[str, str]:
    """A named type's full name and its namespace."""
    name = str(schema.get("name"))
    if "." in name:
        return name, name.rpartition(".")[0]
    own = schema.get("namespace", space) or ""
    return (f"{own}.{name}" if own else name), own


def branches(schema: list[Any]) -> tuple[list[tuple[int, Any]], bool]:
    """The branches of a union that are not null, with their places, and whether null is one."""
    kept = [(place, branch) for place, branch in enumerate(schema) if branch not in ("null", {"type": "null"})]
    return kept, len(kept) < len(schema)


def arrow_type(named: Named, schema: Any, space: str, inside: tuple[int, ...] = ()) -> pa.DataType:
    """The Arrow type that a contract sees."""
    schema, space = named.resolved(schema, space)
    if isinstance(schema, list):
        kept, _ = branches(schema)
        kinds = [arrow_type(named, branch, space, inside) for _, branch in kept]
        if len(kinds) < 2:
            return kinds[0] if kinds else pa.null()
        return pa.dense_union([pa.field(str(place), kind) for place, kind in enumerate(kinds)])
    kind, logical = schema["type"], schema.get("logicalType")
    if kind in ("bytes", "fixed") and logical == "decimal":
        scale, precision = scale_of(schema), schema.get("precision", 0)
        return pa.decimal128(max(precision, scale), scale) if 0 < precision <= 38 else pa.decimal256(76, scale)
    if kind == "fixed" and logical == "duration" and schema.get("size") == 12:
        return _DURATION
    if (kind, logical) in _LOGICAL and (kind != "fixed" or schema.get("size") == 16):
        return _LOGICAL[kind, logical]
    if kind in _PRIMITIVE:
        return _PRIMITIVE[kind]
    if kind == "enum":
        return pa.string()
    if kind == "fixed":
        return pa.binary()
    if id(schema) in inside:
        return _DEEPER
    inside = (*inside, id(schema))
    if kind == "array":
        return pa.list_(arrow_type(named, schema["items"], space, inside))
    if kind == "map":
        return pa.map_(pa.string(), arrow_type(named, schema["values"], space, inside))
    return pa.struct([pa.field(field["name"], arrow_type(named, field["type"], space, inside)) for field in schema["fields"]])


def scale_of(schema: dict[str, Any]) -> int:
    scale = schema.get("scale", 0)
    if not isinstance(scale, int) or not 0 <= scale <= 38:
        raise ValueError(f"a decimal has the scale {scale}")
    return scale


class Wire:
    """Makes the schema that records are decoded with."""

    def __init__(self) -> None:
        self.wrapped = 0

    def schema(self, schema: Any) -> Any:
        if schema == "string":
            return "bytes"
        if isinstance(schema, list):
            kept, _ = branches(schema)
            if len(kept) < 2:
                return [self.schema(branch) for branch in schema]
            return [self._branch(place, branch) if (place, branch) in kept else "null" for place, branch in enumerate(schema)]
        if not isinstance(schema, dict):
            return schema
        made = {key: value for key, value in schema.items() if key in ("type", "name", "namespace", "symbols", "size")}
        if isinstance(made["type"], (dict, list)) or made["type"] == "string":
            made["type"] = self.schema(made["type"])
        if "fields" in schema:
            made["fields"] = [{"name": field["name"], "type": self.schema(field["type"])} for field in schema["fields"]]
        for key in ("items", "values"):
            if key in schema:
                made[key] = self.schema(schema[key])
        return made

    def _branch(self, place: int, branch: Any) -> Any:
        self.wrapped += 1
        return {"type": "record", "name": f"sluice_branch_{self.wrapped}", "fields": [{"name": str_of(place), "type": self.schema(branch)}]}


def str_of(place: int) -> str:
    """The field that holds the value of a union's branch."""
    return f"b{place}"
