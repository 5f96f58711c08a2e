"""Decides between records of one key: exactly, and in an order that does not depend on how the work was divided."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from .contract import Contract
from .keys import without_padding
from .values.texts import same_json

WRITTEN, DEDUPLICATED, CONFLICTING = 0, 1, 2


def settle(table: pa.Table, files: np.ndarray, records: np.ndarray, contract: Contract) -> np.ndarray:
    """The fate of every row (WRITTEN, DEDUPLICATED or CONFLICTING). The table must hold all rows of each key it holds.

    Of the rows with a key's greatest order_by: equal ones leave the last; different ones are all CONFLICTING, or with
    `conflicts: last` leave the last. Lower ones are DEDUPLICATED. Texts are equal where the warehouse would say so.
    A history keeps every version: there the order_by is part of the identity.
    """
    fates = np.full(table.num_rows, DEDUPLICATED, dtype=np.int8)
    newest, contents = _newest_of_keys(table, contract)
    for top in newest:
        first = contents[top[0]]
        if contract.conflicts == "reject" and any(contents[row] != first for row in top):
            fates[top] = CONFLICTING
        else:
            fates[max(top, key=lambda row: (files[row], records[row]))] = WRITTEN
    return fates


def settle_replayed(
    table: pa.Table, files: np.ndarray, records: np.ndarray, is_replayed: np.ndarray, contract: Contract
) -> np.ndarray:  # fmt: skip
    """The fate of each replayed row among all rows of its key; those of the others are settled already and mean nothing.

    A lower order_by than another's: DEDUPLICATED. Of equal order: as `settle` among the replayed; against a row that was not
    replayed, equal content is DEDUPLICATED, other content CONFLICTING, unless `conflicts: last` takes the last of all.
    """
    fates = np.full(table.num_rows, DEDUPLICATED, dtype=np.int8)
    newest, contents = _newest_of_keys(table, contract)
    for top in newest:
        replayed = [row for row in top if is_replayed[row]]
        settled = [row for row in top if not is_replayed[row]]
        last = max(top, key=lambda row: (files[row], records[row]))
        if contract.conflicts != "reject":
            fates[last] = WRITTEN
        elif settled:
            fates[[row for row in replayed if contents[row] != contents[settled[0]]]] = CONFLICTING
        elif any(contents[row] != contents[replayed[0]] for row in replayed):
            fates[replayed] = CONFLICTING
        else:
            fates[last] = WRITTEN
    return fates


def _newest_of_keys(table: pa.Table, contract: Contract) -> tuple[list[list[int]], list[tuple]]:
    """The rows of each key with its greatest order_by, and the content of every row."""
    identity = list(zip(*(_comparable(table, name, contract) for name in contract.identity), strict=True))
    order = _comparable(table, contract.order_by, contract) if contract.order_by else [0] * table.num_rows
    contents = list(zip(*(_comparable(table, name, contract) for name in contract.content), strict=True))
    groups: dict[tuple, list[int]] = {}
    for row, key in enumerate(identity):
        groups.setdefault(key, []).append(row)
    newest = []
    for rows in groups.values():
        greatest = max(order[row] for row in rows)
        newest.append([row for row in rows if order[row] == greatest])
    return newest, contents


def _comparable(table: pa.Table, name: str, contract: Contract) -> Sequence[object]:
    values = table.column(name)
    column = next(column for column in contract.columns if column.name == name)
    if column.type == "super":
        return [None if value is None else same_json(value) for value in values.to_pylist()]
    return (without_padding(values) if column.is_text else values).to_pylist()
