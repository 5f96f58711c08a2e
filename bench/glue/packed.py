"""One large packed file against the same bytes unpacked, without Spark: `npm run bench -- packed [MB] [rounds]`.

Time: processor seconds of a file of an eighth of the size, by turns; a zip member and zstd take at most 1.3 times as long.
Memory: the most that the process holds while it reads the large file; at most 1.1 times what the unpacked one takes.
Each conversion is a process of its own. The rows have no key, so that nothing of them stays in memory.
"""

import bz2
import gzip
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

ROOT = Path(__file__).resolve().parents[2]
for folder in ("glue-jobs", "test/glue-jobs/support", "bench/glue"):
    sys.path.insert(0, str(ROOT / folder))

import numpy as np
import pyarrow as pa
import zstandard
from batches import CSV, column, contract, stage
from partition_to_parquet.convert import Request, convert
from partition_to_parquet.executors import InProcess
from served_objects import FileObjects

SUFFIXES = {"unpacked": "", "zip": ".zip", "zstd": ".zst", "gzip": ".gz", "bzip2": ".bz2"}
MOST_TIME = {"zip": 1.3, "zstd": 1.3}
MOST_MEMORY = 1.1
COLUMNS = [column("id", "bigint"), column("at", "timestamp"), column("price", "decimal(12,2)"), column("text", "varchar(64)")]
BLOCK_ROWS = 1_000_000


class Discarded(FileObjects):
    """Parquet is not kept: the disk has no place for it."""

    def write(self, bucket: str, key: str, body: bytes | pa.Buffer) -> None:
        super().write(bucket, key, b"" if key.endswith(".parquet") else body)


def block() -> bytes:
    """Rows that pack to about a third."""
    chance = np.random.default_rng(1)
    texts = chance.bytes(8 * BLOCK_ROWS).hex()
    prices = chance.integers(0, 10**6, BLOCK_ROWS).tolist()
    rows = (f"{n},2026-01-{1 + n % 28:02d}T10:11:12Z,{prices[n] / 100},order {texts[16 * n : 16 * n + 16]}\n" for n in range(BLOCK_ROWS))
    return "".join(rows).encode()


def packer(kind: str, path: Path) -> BinaryIO:
    """A file to write to, packed as fast as each kind allows: how long unpacking takes hardly depends on it."""
    if kind == "gzip":
        return gzip.open(path, "wb", 1)
    if kind == "bzip2":
        return bz2.open(path, "wb", 1)
    if kind == "zstd":
        return zstandard.ZstdCompressor(1).stream_writer(path.open("wb"))
    if kind == "zip":
        return zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1).open("rows.csv", "w", force_zip64=True)
    return path.open("wb")


def staged(folder: Path, kind: str, rows: bytes, blocks: int) -> dict[str, Any]:
    """A batch of one file; the arguments of its conversion."""
    folder.mkdir()
    objects = Discarded(str(folder))
    key = f"rows.csv{SUFFIXES[kind]}"
    arguments = stage(objects, contract({**CSV, "compression": "auto"}, COLUMNS, load={"mode": "append"}), {key: b""})
    archive = packer(kind, objects.path("landing", key))
    archive.write(b"id,at,price,text\n")
    for _ in range(blocks):
        archive.write(rows)
    archive.close()
    owner = getattr(archive, "_zipfile", None)
    if owner:
        owner.close()
    objects.restage(arguments, key)
    return {"folder": str(folder), "key": key, "rows": blocks * BLOCK_ROWS, "arguments": arguments}


def convert_one(given: dict[str, Any]) -> dict[str, float]:
    """In a process of its own: seconds of the processor, and the most megabytes that it held."""
    pa.set_cpu_count(1)
    objects = Discarded(given["folder"])
    objects.etags["landing", given["key"]] = str(objects.path("landing", given["key"]).stat().st_size)
    arguments = given["arguments"]
    started = time.process_time()
    report = convert(InProcess(), Request(arguments["batch_file"], arguments["output_folder"], "run", "lambda"), objects)
    seconds = time.process_time() - started
    assert report["counts"]["written"] == given["rows"], report
    return {"seconds": seconds, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def measured(given: dict[str, Any]) -> dict[str, float]:
    done = subprocess.run([sys.executable, __file__, "--one"], input=json.dumps(given), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


def main() -> None:
    megabytes, rounds = [*map(int, sys.argv[1:]), *(2_000, 7)[len(sys.argv) - 1 :]]
    rows = block()
    blocks = max(1, megabytes * 1_000_000 // len(rows))
    times: dict[str, list[float]] = {kind: [] for kind in SUFFIXES}
    memory: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as base:
        small = {kind: staged(Path(base, f"small-{kind}"), kind, rows, max(1, blocks // 8)) for kind in SUFFIXES}
        for number in range(rounds):
            for kind in sorted(SUFFIXES, reverse=number % 2 == 1):
                times[kind].append(measured(small[kind])["seconds"])
        for kind in SUFFIXES:
            folder = Path(base, f"large-{kind}")
            large = staged(folder, kind, rows, blocks)
            size = (folder / "landing" / large["key"]).stat().st_size
            memory[kind] = measured(large)["megabytes"]
            ratio = statistics.median(packed / plain for packed, plain in zip(times[kind], times["unpacked"], strict=True))
            print(f"{kind:9} {size / 1e6:6.0f} MB stored, {memory[kind]:4.0f} MB held; {ratio:.2f} times the seconds of the unpacked file", flush=True)
            (folder / "landing" / large["key"]).unlink()
    runs = {
        kind: {
            "time": round(statistics.median(a / b for a, b in zip(times[kind], times["unpacked"], strict=True)), 3),
            "memory": round(memory[kind] / memory["unpacked"], 3),
            "megabytes": round(memory[kind]),
        }
        for kind in SUFFIXES
    }
    met = all(run["memory"] <= MOST_MEMORY and run["time"] <= MOST_TIME.get(kind, float("inf")) for kind, run in runs.items())
    print(json.dumps({"name": "packed", "mb": blocks * len(rows) // 1_000_000, "most_time": MOST_TIME, "most_memory": MOST_MEMORY, "runs": runs}))
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    if sys.argv[1:] == ["--one"]:
        print(json.dumps(convert_one(json.load(sys.stdin))))
    else:
        main()
