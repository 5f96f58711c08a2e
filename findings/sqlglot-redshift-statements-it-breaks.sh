#!/usr/bin/env bash
# sqlglot 30.30.0. Reading Redshift's SQL and writing it as Redshift again changes it: the VALUES of a MERGE get
# parentheses around the keyword, which is no valid MERGE; and `select top 5 ... qualify` becomes, in other
# dialects, a LIMIT inside the filtered query, so that other rows come out.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check sqlglot==30.30.0
env/bin/python - 2>errors <<'PY' | tee seen || { cat errors >&2; exit 1; }
import sqlglot
merge = "merge into t using s on t.a = s.a when matched then update set b = s.b when not matched then insert values (s.a, s.b)"
print(sqlglot.transpile(merge, read="redshift", write="redshift")[0])
print(sqlglot.transpile("select top 2 a from t qualify row_number() over (partition by b order by a) = 1", read="redshift", write="spark")[0])
PY
diff - seen <<'EXPECTED'
MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN UPDATE SET b = s.b WHEN NOT MATCHED THEN INSERT (VALUES(s.a, s.b))
SELECT a FROM (SELECT a, ROW_NUMBER() OVER (PARTITION BY b ORDER BY a NULLS LAST) AS _w FROM t LIMIT 2) AS _t WHERE _w = 1
EXPECTED
echo "as described"
