"""Which SQL of contracts only Spark evaluates: `python -m partition_to_parquet.needs_spark`.

stdin: a list of compiled contracts. stdout: a list of the same length; for each contract the checks and expressions that
the core leaves to Spark as {"kind": "check" | "expression", "name", "sql", "why"}, or an empty list.
With --findings instead what is wrong with the SQL, as `sql.findings.sql_findings` says it.
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
    judge = sql_findings if "--findings" in sys.argv[1:] else needs_spark
    json.dump([judge(document) for document in json.load(sys.stdin)], sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
