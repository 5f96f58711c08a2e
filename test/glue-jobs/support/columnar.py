"""Small columnar files for tests, and conversions of them."""

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from batches import Result, contract
from without_spark import convert_here

PARQUET = {"type": "parquet"}


def parquet(table: pa.Table | dict[str, Any], **options: Any) -> bytes:
    """A table as a Parquet file."""
    sink = io.BytesIO()
    pq.write_table(table if isinstance(table, pa.Table) else pa.table(table), sink, **options)
    return sink.getvalue()


def load(form: dict[str, Any], columns: list[dict[str, Any]], files: bytes | dict[str, bytes], metas: Any = None, **more: Any) -> Result:
    """What a contract makes of one file, or of several."""
    return convert_here(contract(form, columns, **more), files if isinstance(files, dict) else {"a": files}, metas)


def refusal(result: Result) -> tuple[str, str]:
    """The verdict's name and message."""
    verdict = result.report["verdict"]
    assert verdict is not None, result.report["counts"]
    return verdict["error"], verdict["message"]


def fates(result: Result) -> list[tuple[int, str, str]]:
    """Record number, reason and column of each reject, in order."""
    assert result.report["verdict"] is None, result.report["verdict"]
    return sorted((reject["record_number"], reject["reason"], reject["column"]) for reject in result.rejects)
