"""XML through the whole job: XPath, namespaces, nested and malformed records, cut files, entities."""

import pytest
from batches import column, contract, convert

XML = {"type": "xml", "record": "row", "namespaces": {}}
COLUMNS = [column("id", "integer", **{"from": "@id"}), column("name", "varchar(30)")]


def run(spark, folder, body, columns=COLUMNS, **format):
    body = body if isinstance(body, bytes) else body.encode()
    return convert(spark, folder, contract({**XML, **format}, columns), {"a.xml": body})


def rows(result):
    return [tuple(value for name, value in row.items() if not name.startswith("sluice")) for row in result.rows]


def rejected(result):
    return [(r["record_number"], r["reason"], r["raw"]) for r in result.rejects]


def test_values_come_by_xpath_from_the_record_and_around_it(spark, tmp_path):
    columns = [
        column("id", "integer", **{"from": "@id"}),
        column("name", "varchar(9)"),
        column("kind", "varchar(9)", **{"from": "../@kind"}),
        column("title", "varchar(9)", **{"from": "/all/title"}),
        column("brand", "varchar(9)", **{"from": "key[@k='brand']/@v"}),
        column("n", "integer", **{"from": "count(key)"}),
        column("rest", "super", **{"from": "nested"}),
    ]
    body = """<?xml version="1.0"?><!DOCTYPE all><all><title>T</title>
      <group kind="a"><row id="1"><name><![CDATA[<row>]]></name><key k="brand" v="B"/><key k="x" v="y"/></row></group>
      <!-- <row id="9"/> --><group kind="b"><row id="2"><name> &lt;b&#62; </name><nested x="1"><y>2</y><y/></nested></row></group></all>"""
    result = run(spark, tmp_path, body, columns)
    assert rows(result) == [
        (1, "<row>", "a", "T", "B", 2, None),
        (2, "<b>", "b", "T", None, 0, '{"@x": "1", "y": ["2", null]}'),
    ]


def test_malformed_records_are_rejected_alone(spark, tmp_path):
    bad = ['<row id="2"><name>x</row>', '<row id="3"><name>&</name></row>', '<row id="4><name>x</name></row>',
           '<row id="5"><name>x</name>', "<rw id='6'><name>x</name></row>", '<row id="7"/></row>']  # fmt: skip
    good = '<row id="1"><name>a</name></row>'
    body = "<all><g>" + good + f"\n{good}\n".join(bad) + good + "</g><g>" + bad[3] + "</g>" + good + "</all>"
    result = run(spark, tmp_path, body)
    assert result.report["verdict"] is None
    assert len(result.rows) == 8
    assert [r["reason"] for r in result.rejects] == ["malformed_record"] * 7
    assert [r["raw"].strip() for r in result.rejects] == [*bad, bad[3]]


def test_records_in_records_are_records_of_their_own(spark, tmp_path):
    body = '<all><row id="1"><name>a</name><row id="2"/></row><rowx id="8"/></all>'
    assert rows(run(spark, tmp_path, body)) == [(1, "a"), (2, None)]


@pytest.mark.parametrize(
    ("format", "path"),
    [({}, "name"), ({"record": "q:row", "namespaces": {"q": "urn:x"}}, "q:name"), ({"record": "other:row"}, "name")],
)
def test_namespaces(spark, tmp_path, format, path):
    columns = [column("id", "integer", **{"from": "@id"}), column("name", "varchar(9)", **{"from": path})]
    body = '<p:all xmlns:p="urn:x" xmlns="urn:x"><p:row id="1"><p:name>a</p:name></p:row><row id="2"><name>b</name></row></p:all>'
    assert rows(run(spark, tmp_path, body, columns, **format)) == [(1, "a"), (2, "b")]


def test_several_nodes_are_not_one_value(spark, tmp_path):
    result = run(spark, tmp_path, '<all><row id="1"><name>a</name><name>b</name></row></all>')
    assert [(r["reason"], r["column"]) for r in result.rejects] == [("wrong_type", "name")]


def test_the_record_may_be_the_root(spark, tmp_path):
    assert rows(run(spark, tmp_path, '<?xml version="1.0"?><row id="1"><name>a</name></row>')) == [(1, "a")]


def test_encodings(spark, tmp_path):
    text = '<?xml version="1.0" encoding="ISO-8859-1"?><all><row id="1"><name>café</name></row></all>'
    assert rows(run(spark, tmp_path, text.encode("latin-1"))) == [(1, "café")]


def test_no_records_is_an_empty_file(spark, tmp_path):
    result = run(spark, tmp_path, "<all><made>today</made></all>")
    assert (result.report["verdict"], result.report["counts"]["read"]) == (None, 0)
    assert result.report["warnings"] == ["there is no <row> element (in 'a.xml')"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('<all><row id="1"/><row id="2">', "not well-formed XML outside its records"),
        ('<all><row id="1"/>', "not well-formed XML outside its records"),
        ('<!DOCTYPE all [<!ENTITY x "y">]><all><row id="1"/></all>', "uses entities"),
        ('<!DOCTYPE all [<!ENTITY % x SYSTEM "http://127.0.0.1/x">]><all><row id="1"/></all>', "uses entities"),
        ("<all><rows id='1'/><rows id='2'/></all>", "no <row> element; the nearest name is <rows>"),
        ("<all><item/><item/></all>", "the nearest name is <item>"),
        (b"<all><row id='1'><name>\xe9</name></row></all>", "not utf-8"),
        ('<?xml version="1.0" encoding="utf-16"?><all/>', "utf-16-le or utf-16-be"),
        ('<?xml version="1.0" encoding="ebcdic-cp-us"?><all/>', "supported are utf-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(spark, tmp_path, body, words):
    verdict = run(spark, tmp_path, body).report["verdict"]
    assert (verdict["error"], verdict["file"]) == ("FileUnreadable", "a.xml")
    assert words in verdict["message"]


def test_unknown_parts_are_refused_by_name(spark, tmp_path):
    refusing = contract(XML, COLUMNS, unknown_columns="refuse")
    verdict = convert(spark, tmp_path, refusing, {"a.xml": b'<all><row id="1"><nane>a</nane></row></all>'}).report["verdict"]
    assert verdict["error"] == "StructureChanged"
    assert "'nane'; the nearest name is 'name'" in verdict["message"]


def test_depth_is_limited(spark, tmp_path):
    deep = "<x>" * 150 + "</x>" * 150
    result = run(spark, tmp_path, f'<all><row id="1">{deep}</row><row id="2"/></all>')
    assert (rows(result), [r["reason"] for r in result.rejects]) == ([(2, None)], ["too_deep"])
