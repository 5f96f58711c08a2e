#!/usr/bin/env bash
# lxml 6.1.3 (libxml2 2.14). The same parser accepts with a target what it refuses when it builds a tree: a
# prefix that is declared nowhere, and one attribute given twice under two prefixes. Well-formed by XML 1.0, but
# not by Namespaces in XML, which the tree enforces.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check lxml==6.1.3
env/bin/python - 2>errors <<'PY' | tee seen || { cat errors >&2; exit 1; }
from lxml import etree


class Target:
    def close(self):
        return "accepted"


for text in (b"<a><p:b/></a>", b'<a xmlns:x="u" xmlns:y="u" x:i="1" y:i="2"/>'):
    with_target, with_tree = etree.XMLParser(target=Target()), etree.XMLParser()
    with_target.feed(text)
    with_tree.feed(text)
    print("target:", with_target.close())
    try:
        print("tree:", with_tree.close())
    except etree.XMLSyntaxError as error:
        print("tree:", str(error).split(",")[0])
PY
diff - seen <<'EXPECTED'
target: accepted
tree: Namespace prefix p on b is not defined
target: accepted
tree: Namespaced Attribute i in 'u' redefined
EXPECTED
echo "as described"
