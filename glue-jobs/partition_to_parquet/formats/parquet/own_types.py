"""What Parquet's annotations and its writers' notes say, and pyarrow's types do not: intervals, variants, times of the Julian calendar."""

import pyarrow as pa
import pyarrow.parquet as pq

from ...errors import FileUnreadable
from ...native.iso import micros_of
from ...native.kinds import DATE, INSTANT, LOCAL, Native
from ...values.times import DAY_MICROS

# Spark notes what it wrote in the calendar of its versions before 3.0 (SPARK-31404, SPARK-33160).
_JULIAN_TIMES, _JULIAN_INT96 = b"org.apache.spark.legacyDateTime", b"org.apache.spark.legacyINT96"
# The first day of the Gregorian calendar, and the year since which both calendars have the same times in every zone.
_GREGORIAN = -141_427 * DAY_MICROS
_ALIKE = -25_567 * DAY_MICROS
_VARIANT = {"metadata", "value", "typed_value"}


def with_own_types(schema: pa.Schema, file: pq.ParquetFile, first_leaves: list[int]) -> pa.Schema:
    """The schema with intervals and variants, which are bytes to pyarrow, as types that no column can hold."""
    is_noted = "(Variant" in str(file.schema) or any(b'"variant"' in value for value in (file.metadata.metadata or {}).values())
    for place, field in enumerate(schema):
        if pa.types.is_fixed_size_binary(field.type) and file.schema.column(first_leaves[place]).converted_type == "INTERVAL":
            schema = schema.set(place, field.with_type(pa.opaque(field.type, "INTERVAL", "Parquet")))
        elif is_noted and _is_variant(field.type):
            schema = schema.set(place, field.with_type(pa.opaque(field.type, "VARIANT", "Parquet")))
    return schema


def _is_variant(kind: pa.DataType) -> bool:
    names = {inner.name for inner in kind} if pa.types.is_struct(kind) else set()
    return "metadata" in names and names <= _VARIANT and pa.types.is_binary(kind.field("metadata").type)


def refuse_julian(native: Native, notes: dict[bytes, bytes] | None, is_int96: bool, key: str, name: str) -> Native:
    """The values. Raises FileUnreadable for dates and times that mean another day in the calendar of today, as the writer notes."""
    if not notes or (_JULIAN_INT96 if is_int96 else _JULIAN_TIMES) not in notes or native.kind not in (DATE, INSTANT, LOCAL):
        return native
    micros, _ = micros_of(native.array)
    limit = _GREGORIAN if native.kind == DATE else _ALIKE
    if not (micros < limit).any():
        return native
    year = "1582-10-15" if native.kind == DATE else "1900"
    message = f"'{key}': the column '{name}' holds times before {year} that Spark wrote in the Julian calendar, which would be other days here"
    raise FileUnreadable(f"{message}; have the producer write with datetimeRebaseModeInWrite and int96RebaseModeInWrite CORRECTED", key)
