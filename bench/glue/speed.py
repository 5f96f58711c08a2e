"""One conversion at a time, from bytes to Parquet in memory, by the build of this tree or of the one before.

    speed.py <tree>    reads names of cases from stdin, a line each; answers {"seconds": processor seconds, "megabytes", "counts"}
"""

import csv
import io
import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

TREE = Path(sys.argv[1])
for folder in ("glue-jobs", "test/glue-jobs/support"):
    sys.path.insert(0, str(TREE / folder))

import pyarrow as pa
from batches import CSV, JSON_LINES, column, contract, stage
from without_spark import MemoryObjects

RECORDS = 60_000
MANY = 600_000
XML = {"type": "xml", "record": "row", "namespaces": {}}
DOCUMENT = {"type": "json", "lines": False, "records": "rows"}
FAULTS = ("&nbsp;", "<b>", "</b>")


def records(count: int) -> list[dict]:
    chance = random.Random(1)
    return [
        {"id": i, "name": f"name {i % 997}", "price": f"{chance.randrange(10**6) / 100:.2f}", "at": f"2026-01-{1 + i % 28:02d}T10:11:12Z", "note": "ü" if i % 50 == 0 else None}
        for i in range(count)
    ]  # fmt: skip


def xml(count: int, fault_every: int = 0) -> bytes:
    rows = []
    for row in records(count):
        fault = FAULTS[row["id"] // fault_every % len(FAULTS)] if fault_every and row["id"] % fault_every == 7 else ""
        children = "".join(f"<{name}>{fault}{escape(str(value))}</{name}>" for name, value in row.items() if name != "id" and value is not None)
        rows.append(f'<row id="{row["id"]}">{children}</row>\n')
    return f"<rows>{''.join(rows)}</rows>".encode()


def wide_xml() -> bytes:
    """25 children of which 6 are wanted, in a default namespace; references in a fifth of the values."""
    chance = random.Random(2)
    rows = []
    for row in records(RECORDS // 4):
        own = "".join(f"<{name}>{value}</{name}>" for name, value in row.items() if value is not None)
        others = "".join(
            f"<field{n}>{'Smith &amp; Sons' if chance.random() < 0.2 else 'some text'} {chance.randrange(10**6)}</field{n}>" for n in range(20)
        )
        rows.append(f"<row>{own}{others}</row>\n")
    return f'<rows xmlns="urn:example:rows">{"".join(rows)}</rows>'.encode()


def lines(count: int, fault_every: int = 0) -> bytes:
    made = [json.dumps(row) for row in records(count)]
    if fault_every:
        for at in range(7, count, fault_every):
            made[at] = made[at][:-1] + ("", ",}", "} x")[at // fault_every % 3]
    return "\n".join(made).encode()


def document(count: int) -> bytes:
    return json.dumps({"rows": records(count)}).encode()


def as_csv(count: int) -> bytes:
    out = io.StringIO()
    rows = records(count)
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


# The file, its format, how often it is converted in one measurement, and where the id stands.
CASES: dict[str, tuple[Callable[[], bytes], dict, int, str]] = {
    "xml": (lambda: xml(RECORDS), XML, 1, "@id"),
    "xml wide": (wide_xml, XML, 1, "id"),
    "xml 58 MB": (lambda: xml(MANY), XML, 1, "@id"),
    "xml faulty": (lambda: xml(RECORDS, 1_000), XML, 1, "@id"),
    "json lines": (lambda: lines(RECORDS), JSON_LINES, 5, "id"),
    "json document": (lambda: document(RECORDS), DOCUMENT, 5, "id"),
    "json faulty": (lambda: lines(RECORDS, 1_000), JSON_LINES, 5, "id"),
    "json 58 MB": (lambda: lines(MANY), JSON_LINES, 1, "id"),
    "csv": (lambda: as_csv(MANY // 2), CSV, 10, "id"),
}


def converter() -> Callable[[dict, MemoryObjects], dict]:
    """How the tree's build converts a staged batch without Spark."""
    import without_spark

    if hasattr(without_spark, "ListSpark"):
        from partition_to_parquet import job

        return lambda arguments, objects: job.run(without_spark.ListSpark(), arguments, objects)
    return without_spark.run


def main() -> None:
    # Without Arrow's threads processor time is that of one core.
    pa.set_cpu_count(1)
    convert = converter()
    bodies: dict[str, bytes] = {}
    for line in sys.stdin:
        name = line.strip()
        make, form, times, source = CASES[name]
        body = bodies.setdefault(name, b"") or make()
        bodies[name] = body
        columns = [
            column("id", "integer", **{"from": source}),
            column("name", "varchar(20)"),
            column("price", "decimal(12,2)"),
            column("at", "timestamp"),
            column("note", "varchar(9)"),
        ]
        objects = MemoryObjects()
        arguments = stage(objects, contract(form, columns, load={"key": ["id"]}), {"f": body})
        started = time.process_time()
        for _ in range(times):
            report = convert(arguments, objects)
        seconds = time.process_time() - started
        print(json.dumps({"seconds": seconds, "megabytes": len(body) * times / 1e6, "counts": report["counts"]}), flush=True)


if __name__ == "__main__":
    main()
