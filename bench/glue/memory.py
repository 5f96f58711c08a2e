"""Runs the whole Glue job on a batch that is far larger than the memory it gets: `npm run bench -- memory [GB]`.

Spark has a heap of 512 MB for two tasks. The batch, one CSV file, is ten times a task's share of it unless said otherwise.
Prints the seconds, the rows, the requests to object storage, and the largest resident sizes of the JVM and of a Python task,
in MB, as one line of JSON.
"""

import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for folder in ("glue-jobs", "test/glue-jobs/support", "bench/glue"):
    sys.path.insert(0, str(ROOT / folder))
os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:3])
os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
from batches import CSV, column, contract, stage
from partition_to_parquet.job import run
from served_objects import FileObjects
from worker import session

HEAP_MB, TASKS = 512, 2
ROWS = 1_000_000
COLUMNS = [column("id", "bigint", required=True), column("version", "integer", required=True), column("text", "varchar(64)")]


def write_batch(path: Path, size: int) -> int:
    """Rows with a text that hardly packs; every thousandth has the id of another. Returns how many."""
    chance, rows = np.random.default_rng(1), 0
    options = csv.WriteOptions(include_header=False, quoting_style="none")
    with path.open("wb") as file:
        file.write(b"id,version,text\n")
        while file.tell() < size:
            ids = np.arange(rows, rows + ROWS)
            ids[::1000] = chance.integers(0, rows + ROWS, len(ids[::1000]))
            offsets = pa.py_buffer(np.arange(0, 32 * ROWS + 1, 32, dtype=np.int32))
            texts = pa.StringArray.from_buffers(ROWS, offsets, pa.py_buffer(chance.bytes(16 * ROWS).hex().encode()))
            table = pa.table({"id": ids, "version": np.arange(ROWS), "text": texts})
            csv.write_csv(table, file, options)
            rows += ROWS
    return rows


class Watch(threading.Thread):
    """Notes the largest resident sizes of this process's descendants, twice a second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.largest = {"jvm_mb": 0, "task_mb": 0, "driver_mb": 0}

    def run(self) -> None:
        while True:
            parents = {}
            for status in Path("/proc").glob("[0-9]*/status"):
                try:
                    fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
                    parents[int(fields["Pid"])] = (int(fields["PPid"]), fields["Name"].strip(), int(fields.get("VmRSS", "0 kB").split()[0]) // 1024)
                except (OSError, ValueError):
                    continue
            for pid, (_, name, size) in parents.items():
                ancestor = pid
                while ancestor in parents and ancestor != os.getpid():
                    ancestor = parents[ancestor][0]
                if ancestor == os.getpid():
                    kind = "driver_mb" if pid == ancestor else "jvm_mb" if name == "java" else "task_mb"
                    self.largest[kind] = max(self.largest[kind], size)
            time.sleep(0.5)


def main() -> None:
    size = int(float(sys.argv[1]) * 1e9) if len(sys.argv) > 1 else 10 * HEAP_MB * 1024 * 1024 // TASKS
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as folder:
        objects = FileObjects(folder)
        arguments = stage(objects, contract(CSV, COLUMNS, load={"key": ["id"], "order_by": "version"}), {"batch.csv": b""})
        path = objects.path("landing", "batch.csv")
        rows = write_batch(path, size)
        objects.restage(arguments, "batch.csv")
        print(f"{rows} rows, {path.stat().st_size / 1e6:.0f} MB of CSV; a heap of {HEAP_MB} MB for {TASKS} tasks", flush=True)
        spark = session(f"{HEAP_MB}m")
        watch = Watch()
        watch.start()
        before, started = objects.requests(), time.monotonic()
        report = run(spark, arguments, objects)
        assert report["counts"]["read"] == rows, report
        heap = spark._jvm.java.lang.Runtime.getRuntime().maxMemory() // 1024 // 1024
        requests = {kind: number - before[kind] for kind, number in objects.requests().items()}
        figures = {"seconds": round(time.monotonic() - started, 1), "heap_mb": heap, **watch.largest, **requests, "counts": report["counts"]}
        figures["stages"] = report["seconds"]
        print(json.dumps({"name": "memory", "mb": path.stat().st_size // 1_000_000, **figures}), flush=True)
        spark.stop()


if __name__ == "__main__":
    main()
