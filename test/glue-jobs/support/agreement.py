"""Reads a random file by the fast and by the strict reader, and says where report, rows or rejects differ."""

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import partition_to_parquet.formats.json.batches as json_batches
import partition_to_parquet.formats.json.document as json_document
import partition_to_parquet.formats.json.lines as json_lines
import partition_to_parquet.formats.xml.document as xml
import partition_to_parquet.formats.xml.fast as xml_fast
import partition_to_parquet.formats.xml.tokens as xml_tokens
from random_json import Files as JsonFiles
from random_xml import Files as XmlFiles
from without_spark import convert_here


@dataclass
class Found:
    """What was different, if anything, and whether the fast reader read any record."""

    difference: str | None
    is_fast: bool


def _seen(contract: dict, body: bytes) -> Any:
    result = convert_here(contract, {"f": body})
    report = {name: result.report[name] for name in ("verdict", "counts", "warnings")}
    rows = sorted(json.dumps({k: str(v) for k, v in row.items()}) for row in result.rows)
    rejects = sorted(json.dumps({k: v for k, v in reject.items() if k != "file"}, default=str) for reject in result.rejects)
    return {"report": report, "rows": rows, "rejects": rejects}


@contextmanager
def _set(module: Any, **values: Any):
    before = {name: getattr(module, name) for name in values}
    for name, value in values.items():
        setattr(module, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(module, name, value)


def _xml(seed: int) -> Found:
    files = XmlFiles(seed)
    contract, body = files.contract(), files.document()
    read = []

    class Watched(xml_fast.FastReader):
        def _read(self, rows):
            chunk = super()._read(rows)
            read.append(len(chunk.records))
            return chunk

    with _set(xml, LEAST_RECORDS=10**9):
        strict = _seen(contract, body)
    block = (200, 1_000, 10**6)[seed % 3]
    with _set(xml, LEAST_RECORDS=1, FastReader=Watched), _set(xml_fast, BLOCK_BYTES=block, JUDGED=3), _set(xml_tokens, BLOCK_BYTES=max(block, 500)):
        fast = _seen(contract, body)
    return Found(_difference(strict, fast), sum(read) > 0)


def _json(seed: int) -> Found:
    files = JsonFiles(seed)
    contract, body = files.contract(), files.document()
    read = []

    class Watched(json_batches.BatchReader):
        def _chunk(self, numbers, *rest):
            read.append(len(numbers))
            return super()._chunk(numbers, *rest)

    with _set(json_batches, make_fast=lambda *_: None):
        strict = _seen(contract, body)
    size = (3, 20, 10**6)[seed % 3]
    watched = {"BATCH_RECORDS": size, "BatchReader": Watched}
    with _set(json_batches, GROUP=4), _set(json_lines, **watched), _set(json_document, **watched):
        fast = _seen(contract, body)
    return Found(_difference(strict, fast), sum(read) > 0)


def _difference(strict: dict, fast: dict) -> str | None:
    for part in strict:
        if strict[part] != fast[part]:
            return f"{part}: strict {_shown(strict[part], fast[part])}, fast {_shown(fast[part], strict[part])}"
    return None


def _shown(these: Any, others: Any) -> str:
    return str([each for each in these if each not in others][:2] if isinstance(these, list) else these)[:600]


FORMATS = {"xml": _xml, "json": _json}


def disagreement(format: str, seed: int) -> Found:
    """Compares the readers on the file that the seed makes."""
    return FORMATS[format](seed)
