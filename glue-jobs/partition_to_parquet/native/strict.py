"""The strict rule for the text of each value."""

from collections.abc import Sequence

import pyarrow as pa

from ..contract import Column
from ..errors import BadValue
from ..standardise import ValueReader, build_array

Failures = list[tuple[int, BadValue]]
# The column's values, and the places and reasons of those that it cannot hold.
Result = tuple[pa.Array, Failures]


def strictly(raws: Sequence[str | None], column: Column) -> Result:
    """The strict rule, once for each different text."""
    read = ValueReader(column, members=True).read
    known: dict[tuple[type, str | None], tuple[object, BadValue | None]] = {}
    values: list = []
    bad: Failures = []
    for place, raw in enumerate(raws):
        found = known.get((type(raw), raw))
        if found is None:
            try:
                found = (read(raw), None)
            except BadValue as error:
                found = (None, error.bare())
            if len(known) < 100_000:
                known[type(raw), raw] = found
        values.append(found[0])
        if found[1] is not None:
            bad.append((place, found[1]))
    return build_array(values, column), bad
