"""Columnar sources against their own libraries, by turns: `npm run bench -- columnar`.

Parquet to Parquet: the 3,000,000 flights against a plain pyarrow read and write of the same columns, in append and with a key. Avro and
ORC: the first tenth of them against their library's own decode. The median of five pairs, by the clock and in processor time of all
processes and threads; conversions run as the Lambda runs them, in as many processes as there are processors, and pyarrow in as many
threads. Speed is judged by the clock, so the machine must be quiet; with --processor by processor time, which is stricter, since pyarrow
writes with one. The last line is JSON; exit 0 when every target is met.
"""

import io
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for folder in ("glue-jobs", "test/glue-jobs/support"):
    sys.path.insert(0, str(ROOT / folder))

import fastavro
import numpy as np
import pyarrow as pa
import pyarrow.orc as orc
import pyarrow.parquet as pq
from batches import column, contract, stage
from folder_objects import FolderObjects
from partition_to_parquet.convert import Request, convert
from partition_to_parquet.worker_processes import Processes

TURNS = 5
TARGETS = {"parquet": 0.7, "parquet with a key": 0.5, "avro": 0.5, "orc": 0.5}
COLUMNS = [
    column("id", "bigint"), column("date", "timestamp"), column("delay", "integer"), column("distance", "integer"),
    column("origin", "varchar(3)"), column("destination", "varchar(3)"),
]  # fmt: skip


class Folder(FolderObjects):
    """Reads ranges without reading, or hashing, the whole object."""

    def read(self, bucket, key, version=None, etag=None, start=None, end=None) -> bytes:
        with self.path(bucket, key).open("rb") as file:
            file.seek(start or 0)
            return file.read() if end is None else file.read(end - (start or 0))


def flights() -> pa.Table:
    """The flights with an id, texts as most writers have them."""
    table = pq.read_table(ROOT / "node_modules/vega-datasets/data/flights-3m.parquet")
    table = table.add_column(0, "id", pa.array(np.arange(1, table.num_rows + 1)))
    texts = {"origin": pa.string(), "destination": pa.string()}
    return table.cast(pa.schema([field.with_type(texts.get(field.name, field.type)) for field in table.schema]))


def avro(table: pa.Table) -> bytes:
    kinds = {"id": "long", "date": {"type": "long", "logicalType": "timestamp-micros"}, "delay": ["null", "long"], "distance": ["null", "long"]}
    fields = [{"name": name, "type": kinds.get(name, "string")} for name in table.schema.names]
    sink = io.BytesIO()
    schema = fastavro.parse_schema({"type": "record", "name": "Flight", "fields": fields})
    fastavro.writer(sink, schema, table.to_pylist(), codec="deflate", sync_interval=64_000)
    return sink.getvalue()


def conversion(folder: str, form: str, body: bytes, key: list[str], executor: object) -> Callable[[], int]:
    """A load of one file; returns how many rows it wrote."""
    objects = Folder(folder)
    arguments = stage(objects, contract({"type": form}, COLUMNS, load={"key": key}), {f"flights.{form}": body})
    request = Request(arguments["batch_file"], arguments["output_folder"], "r", "lambda")

    def run() -> int:
        counts = convert(executor, request, objects)["counts"]
        assert counts["rejected"] == 0, counts
        return counts["written"]

    return run


def processor_seconds() -> float:
    """Of this process and of all that it has started, whether they still run or not."""
    parents: dict[int, list[tuple[int, int]]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        # User and system time, its own and that of its children that have ended.
        parents.setdefault(int(fields[1]), []).append((int(stat.parent.name), sum(map(int, fields[11:15]))))
    ticks, open_processes = 0, [os.getpid()]
    while open_processes:
        children = parents.get(open_processes.pop(), [])
        open_processes.extend(process for process, _ in children)
        ticks += sum(of for _, of in children)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime + ticks / os.sysconf("SC_CLK_TCK")


CLOCKS: dict[str, Callable[[], float]] = {"by the clock": time.monotonic, "processor time": processor_seconds}
JUDGED = "processor time" if "--processor" in sys.argv else "by the clock"


def compare(name: str, ours: Callable[[], int], theirs: Callable[[], int]) -> float:
    """Turn by turn; how fast ours is, theirs being 1."""
    pairs: dict[str, list[tuple[float, float]]] = {name: [] for name in CLOCKS}
    # The first turn warms up.
    for turn in range(TURNS + 1):
        seconds: dict[str, list[float]] = {name: [] for name in CLOCKS}
        for run in (ours, theirs):
            begun = {name: now() for name, now in CLOCKS.items()}
            rows = run()
            for clock, now in CLOCKS.items():
                seconds[clock].append(now() - begun[clock])
        if turn:
            for clock, (mine, library) in seconds.items():
                pairs[clock].append((mine, library))
    ratios = {}
    for clock, of in pairs.items():
        ratios[clock] = round(statistics.median(library / mine for mine, library in of), 3)
        mine, library = (statistics.median(each) for each in zip(*of, strict=True))
        print(f"{name}, {clock}: {rows:,} rows, Sluice {mine:.2f} s, the library {library:.2f} s: {ratios[clock]:.2f}", flush=True)
    return ratios[JUDGED]


def main() -> int:
    ratios: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        table = flights()
        source, target = Path(folder) / "in.parquet", Path(folder) / "out.parquet"
        pq.write_table(table, source)
        body = source.read_bytes()

        def plain() -> int:
            read = pq.read_table(source)
            pq.write_table(read, target)
            return read.num_rows

        ratios["parquet"] = compare("parquet", conversion(folder, "parquet", body, [], Processes()), plain)
        ratios["parquet with a key"] = compare("parquet with a key", conversion(folder, "parquet", body, ["id"], Processes()), plain)
        tenth = table.slice(0, 300_000)
        packed = avro(tenth)
        decode = lambda: sum(1 for _ in fastavro.reader(io.BytesIO(packed)))  # noqa: E731
        ratios["avro"] = compare("avro", conversion(folder, "avro", packed, [], Processes()), decode)
        sink = io.BytesIO()
        orc.write_table(table, sink, compression="zlib", stripe_size=8 * 1024 * 1024)
        stripes = sink.getvalue()
        ratios["orc"] = compare("orc", conversion(folder, "orc", stripes, [], Processes()), lambda: orc.read_table(io.BytesIO(stripes)).num_rows)
    missed = {name: ratio for name, ratio in ratios.items() if ratio < TARGETS[name]}
    print(json.dumps({"name": "columnar", "ratio": ratios, "target": TARGETS, "judged": JUDGED, "runs": TURNS, "missed": sorted(missed)}))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
