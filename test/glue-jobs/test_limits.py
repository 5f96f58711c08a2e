"""The largest document that a task holds: stated, and refused by name above it."""

import gzip
import json

import pytest
from batches import column, contract
from partition_to_parquet import source
from without_spark import convert_here

DOCUMENT = json.dumps({"rows": [{"id": number} for number in range(100)]}).encode()
XML = b"<rows>" + b"".join(b"<row><id>%d</id></row>" % number for number in range(100)) + b"</rows>"
FORMATS = [
    ({"type": "json", "lines": False, "records": "rows"}, DOCUMENT),
    ({"type": "xml", "record": "row", "namespaces": {}}, XML),
]


def test_the_limit_is_what_the_docs_say():
    assert source.DOCUMENT_LIMIT_BYTES == 256 * 1024 * 1024


@pytest.mark.parametrize(("form", "body"), FORMATS, ids=["json", "xml"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_document_above_the_limit_is_refused_by_name(monkeypatch, form, body, packed):
    key, stored = ("d.gz", gzip.compress(body)) if packed else ("d", body)
    keyed = contract(form, [column("id", "integer")])
    monkeypatch.setattr(source, "DOCUMENT_LIMIT_BYTES", len(body))
    assert convert_here(keyed, {key: stored}).report["counts"]["written"] == 100
    monkeypatch.setattr(source, "DOCUMENT_LIMIT_BYTES", len(body) - 1)
    verdict = convert_here(keyed, {key: stored}).report["verdict"]
    assert (verdict["error"], verdict["file"]) == ("FileUnreadable", key)
    assert "split it into several files" in verdict["message"]
