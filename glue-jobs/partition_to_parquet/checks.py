"""Rejects the records for which a check is not true."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .columns import Typed
from .contract import Check, Contract
from .errors import Reject


def apply_checks(typed: Typed, results: Sequence[pa.Array | pa.ChunkedArray], contract: Contract) -> Typed:
    """Rejects the rows for which a check is not true (false, NULL or failed), for the first such check in the contract's order.

    `results` has an array of booleans for each check.
    """
    failed: dict[int, Check] = {}
    for check, result in zip(contract.checks, results, strict=True):
        holds = np.asarray(pc.fill_null(result, False))
        for row in np.flatnonzero(~holds):
            failed.setdefault(int(row), check)
    if not failed:
        return typed
    for row in sorted(failed):
        check = failed[row]
        message = f"the check '{check.name}' is not true: {check.sql}"
        number = int(typed.records[row])
        typed.rejects.append(Reject(number, "check_failed", None, check.name, message, typed.raw(row), typed.line(number)))
    return typed.without(failed)
