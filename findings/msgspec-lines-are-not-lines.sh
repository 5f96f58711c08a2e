#!/usr/bin/env bash
# msgspec 0.22.0. Decoder.decode_lines, made for newline-delimited JSON, takes a value that spans two lines and
# two values in one line: it counts values, not lines. So a line number worked out from the index of a record is
# wrong, and a file that is not NDJSON passes for it.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check msgspec==0.22.0
env/bin/python - 2>errors <<'PY' | tee seen || { cat errors >&2; exit 1; }
import msgspec
print(msgspec.json.Decoder().decode_lines(b'{"a":\n1}\n{"a":2}{"a":3}\n'))
PY
diff - seen <<'EXPECTED'
[{'a': 1}, {'a': 2}, {'a': 3}]
EXPECTED
echo "as described"
