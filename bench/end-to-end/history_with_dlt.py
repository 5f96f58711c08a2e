"""Keeps a history in PostgreSQL with dlt's `scd2`, as its users would; the paths of Parquet files come line by line on stdin.

Rows that a file does not have stay as they are (`merge_key` is the key). dlt needs a hash of each row to tell versions apart,
which an Arrow table must bring: the file has it as `row_hash`, so that making it costs dlt nothing. For each file one line of
JSON: {"seconds", "rows"}. Arguments: the server's socket folder, a folder for dlt's own state.
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
import pyarrow.parquet as parquet

DISPOSITION = {"disposition": "merge", "strategy": "scd2", "row_version_column_name": "row_hash"}


def main() -> None:
    answers, sys.stdout = sys.stdout, sys.stderr
    server = f"postgresql://rdsdb:none@localhost/postgres?host={sys.argv[1]}"
    pipeline = dlt.pipeline("history", destination=dlt.destinations.postgres(server), dataset_name="bench", pipelines_dir=sys.argv[2])
    for line in sys.stdin:
        started = time.monotonic()
        table: pa.Table = parquet.read_table(line.strip())
        resource = dlt.resource([table], name="historic", write_disposition=DISPOSITION, merge_key="id")
        pipeline.run(resource, loader_file_format="csv").raise_on_failed_jobs()
        print(json.dumps({"seconds": time.monotonic() - started, "rows": table.num_rows}), file=answers, flush=True)


if __name__ == "__main__":
    main()
