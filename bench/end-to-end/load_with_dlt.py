"""Loads CSV files into PostgreSQL with dlt as its users would; the files' paths come line by line on stdin.

Arrow reads the file with the columns' types, dlt merges by `id`, PostgreSQL takes CSV by COPY (dlt's fastest way there).
For each file one line of JSON: {"seconds", "rows"}. Arguments: the server's socket folder, a folder for dlt's own state.
"""

import json
import os
import sys
import time

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
os.environ["RUNTIME__LOG_LEVEL"] = "ERROR"
os.environ["DLT_DATA_DIR"] = sys.argv[2]

import dlt
import pyarrow as pa
import pyarrow.csv as csv

TYPES = {
    "id": pa.int32(), "date": pa.timestamp("us"), "delay": pa.int16(), "distance": pa.int32(), "origin": pa.string(),
    "destination": pa.string(),
}  # fmt: skip


def read(path: str) -> pa.Table:
    # Arrow's reader has no rejects: a value that is no number must be named as NULL, or the whole file fails.
    options = csv.ConvertOptions(column_types=TYPES, null_values=["", "n/a"], timestamp_parsers=["%Y-%m-%dT%H:%M"])
    return csv.read_csv(path, convert_options=options)


def main() -> None:
    answers, sys.stdout = sys.stdout, sys.stderr
    server = f"postgresql://rdsdb:none@localhost/postgres?host={sys.argv[1]}"
    pipeline = dlt.pipeline("flights", destination=dlt.destinations.postgres(server), dataset_name="bench", pipelines_dir=sys.argv[2])
    for line in sys.stdin:
        started = time.monotonic()
        table = read(line.strip())
        resource = dlt.resource([table], name="flights", write_disposition="merge", primary_key="id")
        pipeline.run(resource, loader_file_format="csv").raise_on_failed_jobs()
        print(json.dumps({"seconds": time.monotonic() - started, "rows": table.num_rows}), file=answers, flush=True)


if __name__ == "__main__":
    main()
