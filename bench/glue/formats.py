"""MB/s of one core for each format, from bytes to Parquet in memory, in processor time: `npm run bench -- formats`."""

import csv
import io
import json
import random
import sys
import time
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

ROOT = Path(__file__).resolve().parents[2]
for folder in ("glue-jobs", "test/glue-jobs/support"):
    sys.path.insert(0, str(ROOT / folder))

import pyarrow as pa
from batches import CSV, JSON_LINES, column, contract, stage
from without_spark import MemoryObjects, run

RECORDS = 60_000


def records() -> list[dict]:
    chance = random.Random(1)
    return [
        {"id": i, "name": f"name {i % 997}", "price": f"{chance.randrange(10**6) / 100:.2f}", "at": f"2026-01-{1 + i % 28:02d}T10:11:12Z", "note": "ü" if i % 50 == 0 else None}
        for i in range(RECORDS)
    ]  # fmt: skip


def texts(rows: list[dict]) -> dict[str, tuple[dict, bytes]]:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    elements = "".join(
        f"<row id={quoteattr(str(row['id']))}>"
        + "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in row.items() if name != "id" and value is not None)
        + "</row>\n"
        for row in rows
    )
    return {
        "csv": (CSV, out.getvalue().encode()),
        "json lines": (JSON_LINES, lines.encode()),
        "json document": ({"type": "json", "lines": False, "records": "rows"}, json.dumps({"rows": rows}).encode()),
        "xml": ({"type": "xml", "record": "row", "namespaces": {}}, f"<rows>{elements}</rows>".encode()),
    }


def main() -> None:
    # Without Arrow's threads processor time is that of one core.
    pa.set_cpu_count(1)
    speeds = {}
    for name, (form, body) in texts(records()).items():
        columns = [
            column("id", "integer", **{"from": "@id" if name == "xml" else "id"}),
            column("name", "varchar(20)"),
            column("price", "decimal(12,2)"),
            column("at", "timestamp"),
            column("note", "varchar(9)"),
        ]
        objects = MemoryObjects()
        arguments = stage(objects, contract(form, columns, load={"key": ["id"]}), {"f": body})
        best = float("inf")
        for _ in range(3):
            started = time.process_time()
            report = run(arguments, objects)
            best = min(best, time.process_time() - started)
        assert report["counts"]["written"] == RECORDS
        speeds[name] = round(len(body) / 1e6 / best, 1)
        print(f"{name:14} {len(body) / 1e6:6.1f} MB  {speeds[name]:6.1f} MB/s a core", flush=True)
    print(json.dumps({"name": "formats", "mb_per_second_a_core": speeds}))


if __name__ == "__main__":
    main()
