"""A contract with protected columns, conversions of it, and all that they wrote."""

import hmac

from batches import CSV, Result, column, contract, read_result, stage
from partition_to_parquet.convert import Request, convert
from partition_to_parquet.protection.key import GivenKey
from without_spark import InParts, MemoryObjects

KEY = b"a key for tests, of more than 32 bytes"
COLUMNS = [
    column("id", "integer", required=True),
    column("email", "varchar(64)", protect="hash", case="lower", null=["n/a"]),
    column("phone", "varchar(12)", protect={"partial": 3}),
    column("born", "date", protect="erase"),
    column("amount", "decimal(9,2)"),
]
PLAIN = contract(CSV, COLUMNS)


def hashed(text: str) -> str:
    return hmac.digest(KEY, text.encode(), "sha256").hex()


def run(compiled: dict, files: dict[str, bytes], executor=None, objects=None) -> Result:
    objects = objects or MemoryObjects()
    arguments = stage(objects, compiled, files)
    request = Request(arguments["batch_file"], arguments["output_folder"], "run", "lambda")
    return read_result(convert(executor or InParts(), request, objects, GivenKey(KEY)), objects)


def written(result: Result) -> str:
    """All that a run wrote, but for the contract that it was given."""
    others = [body.decode("utf-8", "replace") for (bucket, key), body in result.objects.held.items() if bucket == "processed" and not key.endswith("contract.json")]
    return "\n".join([*others, str(result.rows), str(result.table and result.table.schema)])


# What is planted.
P = "planted"
