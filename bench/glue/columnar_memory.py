"""Large Parquet, ORC and Avro files against small ones with units as large, without Spark: `npm run bench -- columnar-memory [MB]`.

A conversion holds row groups, stripes or blocks, never the file: of a file of 2 GB at most 1.15 times what it holds of a quarter.
Each conversion is a process of its own; the rows have no key, so that nothing of them stays in memory.
"""

import io
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import fastavro
import numpy as np
import pyarrow as pa
import pyarrow.orc as orc
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]
for folder in ("glue-jobs", "test/glue-jobs/support", "bench/glue"):
    sys.path.insert(0, str(ROOT / folder))

from batches import column, contract, stage
from packed import Discarded, measured

MOST_MEMORY = 1.15
UNIT_ROWS = 100_000
COLUMNS = [column("id", "bigint"), column("price", "double precision"), column("text", "varchar(400)")]


def unit() -> pa.Table:
    """The rows of one unit, about 32 MB: texts that do not pack."""
    chance = np.random.default_rng(1)
    texts = chance.bytes(150 * UNIT_ROWS).hex()
    return pa.table(
        {
            "id": np.arange(UNIT_ROWS, dtype=np.int64),
            "price": chance.random(UNIT_ROWS),
            "text": [texts[300 * n : 300 * n + 300] for n in range(UNIT_ROWS)],
        }
    )


def write_parquet(path: Path, rows: pa.Table, units: int) -> None:
    with pq.ParquetWriter(path, rows.schema, compression="none", use_dictionary=False) as writer:
        for _ in range(units):
            writer.write_table(rows, row_group_size=UNIT_ROWS)


def write_orc(path: Path, rows: pa.Table, units: int) -> None:
    with orc.ORCWriter(str(path), stripe_size=32 * 1024 * 1024, compression="uncompressed") as writer:
        for _ in range(units):
            writer.write(rows)


def write_avro(path: Path, rows: pa.Table, units: int) -> None:
    """Its blocks are as large as the other formats' units; they do not know of each other, so one is written again and again."""
    fields = [{"name": "id", "type": "long"}, {"name": "price", "type": "double"}, {"name": "text", "type": "string"}]
    schema = fastavro.parse_schema({"type": "record", "name": "Row", "fields": fields})
    mark, sinks = b"0123456789abcdef", (io.BytesIO(), io.BytesIO())
    fastavro.writer(sinks[0], schema, [], sync_marker=mark)
    fastavro.writer(sinks[1], schema, rows.to_pylist(), sync_interval=1 << 30, sync_marker=mark)
    head, whole = sinks[0].getvalue(), sinks[1].getvalue()
    with path.open("wb") as file:
        file.write(head)
        for _ in range(units):
            file.write(whole[len(head) :])


WRITERS = {"parquet": write_parquet, "orc": write_orc, "avro": write_avro}


def staged(folder: Path, form: str, rows: pa.Table, units: int) -> dict[str, Any]:
    """A batch of one file; the arguments of its conversion."""
    folder.mkdir()
    objects, key = Discarded(str(folder)), f"rows.{form}"
    arguments = stage(objects, contract({"type": form}, COLUMNS, load={"mode": "append"}), {key: b""})
    WRITERS[form](objects.path("landing", key), rows, units)
    objects.restage(arguments, key)
    return {"folder": str(folder), "key": key, "rows": units * UNIT_ROWS, "arguments": arguments}


def main() -> None:
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    rows = unit()
    units = max(8, megabytes * 1_000_000 // rows.nbytes)
    runs: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as base:
        for form in WRITERS:
            held = []
            for size, count in (("small", units // 4), ("large", units)):
                given = staged(Path(base, f"{size}-{form}"), form, rows, count)
                path = Path(base, f"{size}-{form}", "landing", given["key"])
                stored = path.stat().st_size / 1e6
                found = measured(given)
                held.append(found["megabytes"])
                print(f"{form:8} {stored:6.0f} MB: {found['megabytes']:5.0f} MB held, {found['seconds']:.0f} s", flush=True)
                path.unlink()
            runs[form] = {"small": round(held[0]), "large": round(held[1]), "ratio": round(held[1] / held[0], 3)}
    met = all(run["ratio"] <= MOST_MEMORY for run in runs.values())
    unit_mb = rows.nbytes // 1_000_000
    print(json.dumps({"name": "columnar-memory", "unit_mb": unit_mb, "units": units, "target": MOST_MEMORY, "runs": runs}))
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
