"""What of contracts' SQL only Spark evaluates, and what is wrong with it: `python -m partition_to_parquet.needs_spark`.

stdin: a list of compiled contracts. stdout: a list of the same length; for each contract "needs_spark", the checks and expressions
that the core leaves to Spark as {"kind": "check" | "expression", "name", "sql", "why"}, and "wrong", as
`sql.findings.sql_findings` says it. Both may be empty.
"""

import json
import sys
from typing import Any

from partition_to_parquet.contract import read_contract
from partition_to_parquet.sql.findings import sql_findings
from partition_to_parquet.sql.plan import plan_sql


def needs_spark(document: dict[str, Any]) -> list[dict[str, str]]:
    """What of one compiled contract is left to Spark, and for what in it."""
    left = plan_sql(read_contract(document)).needs_spark
    return [{"kind": each.kind, "name": each.name, "sql": each.sql, "why": each.why} for each in left]


def main() -> None:
    """The command: one JSON document in, one out."""
    judged = [{"needs_spark": needs_spark(document), "wrong": sql_findings(document)} for document in json.load(sys.stdin)]
    json.dump(judged, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
