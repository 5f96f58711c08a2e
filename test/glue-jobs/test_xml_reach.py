"""XPath over the whole document, texts as long as it, and expressions that fail on a record."""

import pytest
from batches import column, contract
from partition_to_parquet.formats.xml.paths import Reach, local_names, reach_of
from without_spark import convert_here

XML = {"type": "xml", "record": ["row"], "namespaces": {}}
LONG = 10_500_000


def read(body, *columns, **format):
    columns = columns or (column("id", "integer", **{"from": "@id"}),)
    return convert_here(contract({**XML, **format}, list(columns)), {"a.xml": body if isinstance(body, bytes) else body.encode()})


def rows(result):
    return [tuple(value for name, value in row.items() if not name.startswith("sluice")) for row in result.rows]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("@id", Reach.RECORD),
        ("a/b[@c = '../x']/text()", Reach.RECORD),
        ("count(.//row) * 2", Reach.RECORD),
        ("a div b", Reach.RECORD),
        ("string(.)", Reach.RECORD),
        ("../@id", Reach.AROUND),
        ("../../p:Id", Reach.AROUND),
        ("/all/head[2]/made", Reach.AROUND),
        ("concat(/all/head, '//row')", Reach.AROUND),
        ("ancestor::g[1]/@kind", Reach.AROUND),
        ("../@row", Reach.AROUND),
        ("lang('en')", Reach.AROUND),
        ("..", Reach.DOCUMENT),
        ("string(..)", Reach.DOCUMENT),
        ("name(ancestor::g)", Reach.DOCUMENT),
        ("../row[1]/@id", Reach.DOCUMENT),
        ("/all/g/p:row/@id", Reach.DOCUMENT),
        ("../*[1]/@id", Reach.DOCUMENT),
        ("//title", Reach.DOCUMENT),
        ("preceding-sibling::row[1]/@id", Reach.DOCUMENT),
        ("following::x", Reach.DOCUMENT),
        ("../g", Reach.DOCUMENT),
        ("../g[@k='1']", Reach.DOCUMENT),
        ("../x[normalize-space() = 'a']/@id", Reach.DOCUMENT),
        ("../node()", Reach.DOCUMENT),
        ("2 * /all/head", Reach.AROUND),
    ],
)
def test_how_far_an_expression_looks(expression, expected):
    assert reach_of(expression, frozenset({"row"}), frozenset({"all", "g"})) == expected


def test_prefixes_go_but_axes_and_texts_stay():
    assert local_names("ancestor::a:b/c:*[@d:e = 'f:g']") == "ancestor::b/*[@e = 'f:g']"


@pytest.mark.parametrize(
    "text",
    [f"<![CDATA[{'log <line>' * (LONG // 10)}]]>", "x" * LONG, f"<!--{'c' * LONG}-->", f"<a k='{'v' * LONG}'/>"],
    ids=["cdata", "text", "comment", "attribute"],
)
def test_a_text_may_be_as_long_as_the_document(text):
    inside = read(f'<all><row id="1"/><row id="2"><note>{text}</note></row><row id="3"/></all>')
    assert (rows(inside), inside.rejects) == ([(1,), (2,), (3,)], [])
    around = read(f'<all><head>{text}</head><row id="1"/></all>')
    assert (rows(around), around.rejects) == ([(1,)], [])


def test_an_expression_that_fails_rejects_the_record():
    result = read('<all><row id="1"/></all>', column("n", "integer", **{"from": "count('x')"}))
    assert [(reject["reason"], reject["column"]) for reject in result.rejects] == [("wrong_type", "n")]
    assert "Invalid type" in result.rejects[0]["message"]


def test_a_record_that_is_the_root_is_a_document_of_its_own():
    columns = [column("id", "integer", **{"from": "/row/@id"}), column("up", "varchar(9)", **{"from": "../@id"})]
    assert rows(read('<!DOCTYPE row><row id="1"><b/></row>', *columns)) == [(1, None)]


def test_elements_around_the_record_are_nested_too_deep():
    deep = "<x>" * 1_200 + "</x>" * 1_200
    padding = f"<!--{'c' * LONG}-->"
    result = read(f"<all>{padding}<head>{deep}</head><row/></all>", column("head", "super", **{"from": "../head"}))
    assert [(reject["reason"], reject["column"]) for reject in result.rejects] == [("too_deep", "head")]
