#!/usr/bin/env bash
# pyarrow 25.0.1. binary_join_element_wise(a, b, '|', null_handling='skip') is meant to give a value for each
# row; a row whose values are all NULL gives none, so the result is shorter than its arguments and every later
# row has its neighbour's text.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check pyarrow==25.0.1
env/bin/python - 2>errors <<'PY' | tee seen || { cat errors >&2; exit 1; }
import pyarrow as pa, pyarrow.compute as pc
first, second = pa.array([None, "a", "c"]), pa.array([None, "b", None])
print(len(first), "rows in;", "out:", pc.binary_join_element_wise(first, second, "|", null_handling="skip").to_pylist())
PY
diff - seen <<'EXPECTED'
3 rows in; out: ['a|b', 'c']
EXPECTED
echo "as described"
