#!/usr/bin/env bash
# duckdb 2.0.1. One record that is a field short among good ones makes read_csv take the whole file for a table
# of one column named after the header line; nothing fails, and every value is a whole line. An error that names
# the line would be expected.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check duckdb==2.0.1
env/bin/python - 2>errors <<'PY' | tee seen || { cat errors >&2; exit 1; }
import duckdb
with open("orders.csv", "w") as file:
    file.write("id,city\n1,Oslo\n2,Rome,x\n3,Bonn\n")
relation = duckdb.sql("select * from read_csv('orders.csv')")
print(relation.columns)
print(relation.fetchall())
PY
diff - seen <<'EXPECTED'
['id,city']
[('1,Oslo',), ('2,Rome,x',), ('3,Bonn',)]
EXPECTED
echo "as described"
