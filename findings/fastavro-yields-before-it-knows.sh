#!/usr/bin/env bash
# fastavro 1.13.1. reader() yields the records of a block before it looks at the sync marker behind it; a file
# that was cut off there gives all its records first and the error, if any, afterwards. Whoever writes records
# on as they come has written a part of a broken file.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check fastavro==1.13.1
env/bin/python - 2>errors <<'PY' | tee seen || { cat errors >&2; exit 1; }
import io, fastavro
schema = {"type": "record", "name": "r", "fields": [{"name": "a", "type": "int"}]}
buffer = io.BytesIO()
fastavro.writer(buffer, schema, [{"a": n} for n in range(6)], sync_interval=1)
whole = buffer.getvalue()
for name, cut in (("whole", 0), ("cut in the last marker", 5), ("cut before the last marker", 16)):
    seen = []
    try:
        for record in fastavro.reader(io.BytesIO(whole[: len(whole) - cut])):
            seen.append(record["a"])
        end = "no error"
    except Exception as error:
        end = type(error).__name__
    print(name, seen, end)
PY
diff - seen <<'EXPECTED'
whole [0, 1, 2, 3, 4, 5] no error
cut in the last marker [0, 1, 2, 3, 4, 5] ValueError
cut before the last marker [0, 1, 2, 3, 4, 5] ValueError
EXPECTED
echo "as described"
