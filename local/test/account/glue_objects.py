"""The Glue job's own way to S3, against a running local account; prints the last line when every answer was right.

A batch of files with every kind of key, plain and gzip, is converted whole, in the versions that were noted.
"""

import gzip
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
for folder in ("glue-jobs", "test/glue-jobs/support"):
    sys.path.insert(0, str(ROOT / folder))

from batches import JSON_LINES, column, contract, stage
from partition_to_parquet.errors import FileMismatch
from partition_to_parquet.objects import S3Objects
from without_spark import MemoryObjects, run

BUCKET = "data-bucket"
KEYS = [
    "in/plain.json", "in/a b+c%20=&?#.json", "in/_x/.y/{}[]*.json", "in/ünï-日本-😀.json", "in//two.json", "in/../up.json",
    "in/quote'\"<>.json", "in/packed ü+.json.gz", "in/ends with.json/",
]  # fmt: skip

objects = S3Objects()
client = objects.client
files, metas = {}, {}
for number, key in enumerate(KEYS):
    text = f'{{"id":{number}}}\n'.encode()
    files[key] = gzip.compress(text) if key.endswith(".gz") else text
    put = client.put_object(Bucket=BUCKET, Key=key, Body=files[key])
    metas[key] = {"version_id": put["VersionId"], "etag": put["ETag"].strip('"')}
    # What comes later is not what the manifest listed.
    client.put_object(Bucket=BUCKET, Key=key, Body=b'{"id":-1}\n{"id":-2}\n')

staged = MemoryObjects()
columns = [column("id", "integer"), column("file", "varchar(99)", **{"from": "$file"})]
arguments = stage(staged, contract(JSON_LINES, columns), files, metas)
for (bucket, key), body in staged.held.items():
    if bucket == "processed":
        body = body.replace(b'"landing"', f'"{BUCKET}"'.encode()).replace(b"s3://processed/", f"s3://{BUCKET}/".encode())
        objects.write(BUCKET, key, body)
arguments = {name: text.replace("s3://processed/", f"s3://{BUCKET}/") for name, text in arguments.items()}
report = run(arguments, objects)
assert report["verdict"] is None, report
assert report["counts"] == {"read": len(KEYS), "written": len(KEYS), "deduplicated": 0, "rejected": 0}, report

import io

import pyarrow.parquet as pq

rows = [row for entry in report["output"] for row in pq.read_table(io.BytesIO(objects.read(BUCKET, entry["key"]))).to_pylist()]
assert sorted((row["id"], row["file"]) for row in rows) == list(enumerate(KEYS)), rows

assert objects.read(BUCKET, KEYS[1], None, None, 3, 7) == b'd":-'
for version, etag in [(None, metas[KEYS[1]]["etag"]), ("0" * 32, None)]:
    try:
        objects.read(BUCKET, KEYS[1], version, etag)
        raise AssertionError(f"read what is not there: {version} {etag}")
    except FileMismatch:
        pass
print("all well")
