"""What `protect: hash` costs, without Spark: `npm run bench -- protect [rounds]`.

Job: 3,000,000 flights from CSV to Parquet with a key, in this process, processor seconds by turns; with origin and destination hashed at
most 1.15 times as long. Values: 1,000,000 distinct e-mail addresses, at most 2.5 microseconds each, from texts to texts.
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for folder in ("glue-jobs", "test/glue-jobs/support", "bench/glue"):
    sys.path.insert(0, str(ROOT / folder))

import pyarrow as pa
from batches import CSV, column, contract, stage
from flights import write_csv
from partition_to_parquet.convert import Request, convert
from partition_to_parquet.executors import InProcess
from partition_to_parquet.protection.hashes import Hasher
from partition_to_parquet.protection.key import GivenKey
from served_objects import ServedObjects

MOST_JOB = 1.15
MOST_MICROSECONDS = 2.5
KEY = b"a key that is worth nothing, of more than 32 bytes"
# About as many as a block of a file has.
CHUNK_ROWS = 250_000


def flights_contract(protect: str | None) -> dict:
    place = {"type": "varchar(64)", "protect": "hash"} if protect else {"type": "varchar(3)"}
    columns = [
        column("id", "integer", required=True),
        column("date", "timestamp", required=True),
        column("delay", "smallint"),
        column("distance", "integer"),
        column("origin", **place),
        column("destination", **place),
    ]
    checks = {"distance": "distance is null or distance between 0 and 10000"}
    return contract(CSV, columns, load={"key": ["id"], "order_by": "date"}, checks=checks)


def job_ratios(rounds: int) -> tuple[list[float], float]:
    """The hashed job's seconds by those of the plain one, a pair each; and the plain one's median."""
    ratios: list[float] = []
    plain: list[float] = []
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as base:
        path = Path(base, "flights.csv")
        write_csv(path)
        body = path.read_bytes()
        path.unlink()
        jobs = {}
        for protect in (None, "hash"):
            objects = ServedObjects(str(Path(base, str(protect))))
            jobs[protect] = (objects, stage(objects, flights_contract(protect), {"flights.csv": body}))
        del body
        for number in range(rounds + 1):
            seconds = {}
            for protect in sorted(jobs, key=str, reverse=number % 2 == 1):
                objects, arguments = jobs[protect]
                request = Request(arguments["batch_file"], arguments["output_folder"], "run", "lambda")
                started = time.process_time()
                report = convert(InProcess(), request, objects, GivenKey(KEY))
                seconds[protect] = time.process_time() - started
                assert report["counts"]["written"] > 2_990_000, report["counts"]
            # The first pair warms up.
            if number:
                ratios.append(seconds["hash"] / seconds[None])
                plain.append(seconds[None])
                print(f"flights: {seconds[None]:.2f} s, hashed {seconds['hash']:.2f} s: {ratios[-1]:.3f}", flush=True)
    return ratios, statistics.median(plain)


def microseconds(rounds: int) -> list[float]:
    """Processor time of one value, in each round."""
    addresses = pa.array([f"user{n}.name{7 * n}@example{n % 97}.com" for n in range(1_000_000)])
    found = []
    for _ in range(rounds):
        hasher = Hasher(KEY)
        started = time.process_time()
        for start in range(0, len(addresses), CHUNK_ROWS):
            hasher.hashed(addresses.slice(start, CHUNK_ROWS))
        found.append((time.process_time() - started) * 1e6 / len(addresses))
        print(f"addresses: {found[-1]:.2f} µs a value", flush=True)
    return found


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    pa.set_cpu_count(1)
    each = microseconds(rounds)
    ratios, plain = job_ratios(rounds)
    ratio, micros = statistics.median(ratios), statistics.median(each)
    runs = {"pairs": [round(each, 3) for each in ratios], "plain_seconds": round(plain, 2), "microseconds": round(micros, 2)}
    print(json.dumps({"name": "protect", "ratio": round(ratio, 3), "target": {"ratio": MOST_JOB, "microseconds": MOST_MICROSECONDS}, "runs": runs}))
    sys.exit(0 if ratio <= MOST_JOB and micros <= MOST_MICROSECONDS else 1)


if __name__ == "__main__":
    main()
