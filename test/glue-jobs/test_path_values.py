"""`$path.<name>`: what the named parts of the contract's path are in a file's key, in every format."""

import json

import pytest
from batches import CSV, column, contract
from without_spark import convert_here

COLUMNS = [column("id", "integer"), column("shop", "varchar(20)", **{"from": "$path.shop"})]
JSON = {"type": "json", "lines": True, "records": None, "concatenated": False, "compression": "auto", "encoding": None}
XML = {"type": "xml", "record": "r", "namespaces": {}, "compression": "auto", "encoding": None}


@pytest.mark.parametrize(
    ("form", "body"),
    [
        (CSV, b"id\n1\n2\n"),
        ({**CSV, "header": False}, b"1\n2\n"),
        (JSON, b"".join(json.dumps({"id": n}).encode() + b"\n" for n in (1, 2))),
        (XML, b"<d><r><id>1</id></r><r><id>2</id></r></d>"),
    ],
)
def test_a_column_takes_it_from_the_key_of_its_file(form, body):
    columns = COLUMNS if form.get("header", True) else [column("id", "integer", **{"from": 1}), COLUMNS[1]]
    metas = {"north.dat": {"path": {"shop": "north"}}, "south.dat": {"path": {"shop": "south"}}}
    result = convert_here(contract(form, columns), {"north.dat": body, "south.dat": body, "listed.dat": body}, metas)
    assert result.report["counts"]["rejected"] == 0
    expected = [(1, None), (1, "north"), (1, "south"), (2, None), (2, "north"), (2, "south")]
    assert sorted(((r["id"], r["shop"]) for r in result.rows), key=str) == sorted(expected, key=str)
