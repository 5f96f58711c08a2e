#!/usr/bin/env bash
# lxml 6.1.3 (libxml2 2.14). XPath's string() writes a number with 15 digits, and in scientific notation, where
# XPath 1.0 asks for as many digits as tell it from all other numbers and for none of the notation. sum(a) and
# string(sum(a)) are two values; an id of 17 digits loses its end; number('1e3') is 1000, where the standard
# says NaN.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check lxml==6.1.3
env/bin/python - 2>errors <<'PY' | tee seen || { cat errors >&2; exit 1; }
from lxml import etree
root = etree.fromstring("<r><a>0.1</a><a>0.2</a><b>1e3</b><id>12345678901234567</id></r>")
for path in ("sum(a)", "string(sum(a))", "number(b)", "string(number(id))"):
    print(path, "=", root.xpath(path))
PY
diff - seen <<'EXPECTED'
sum(a) = 0.30000000000000004
string(sum(a)) = 0.3
number(b) = 1000.0
string(number(id)) = 1.23456789012346e+16
EXPECTED
echo "as described"
