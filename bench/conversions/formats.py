"""The cases of `npm run bench -- formats`: what loaded before the formats grew, each kind of reader with its own options."""

import gzip
import json
from collections.abc import Callable

from batches import CSV, JSON_LINES, column
from conversions import Case
from records import DOCUMENT, XML, as_csv, columns, document, lines, records, xml

Records = Callable[[], list[dict]]


def cases(count: int) -> dict[str, Case]:
    """Files of `count` records."""

    def rows() -> list[dict]:
        return records(count)

    return {**_csv(rows), **_json(rows), **_xml(rows)}


def _csv(rows: Records) -> dict[str, Case]:
    def changed(**members: Callable[[dict], object]) -> list[dict]:
        return [row | {name: of(row) for name, of in members.items()} for row in rows()]

    def wrong() -> list[dict]:
        return [row | ({"price": "n/a"} if row["id"] % 1_000 == 7 else {}) for row in rows()]

    european = {"at": {"parse": "dd/MM/uuuu HH:mm", "timezone": "Europe/Berlin"}, "note": {"null": ["-"]}}
    return {
        "csv": Case(lambda: as_csv(rows()), CSV, columns()),
        "csv quoted": Case(lambda: as_csv(changed(name=lambda row: f'say "{row["name"]}",\nplease'[:20]), quoting=1), CSV, columns()),
        "csv backslash": Case(
            lambda: as_csv(changed(note=lambda row: "\\N"), delimiter="\t", quoting=3),
            {**CSV, "delimiter": "\t", "quote": None, "escape": "backslash"},
            columns(note={"null": ["\\N"]}),
        ),
        "csv dates": Case(
            lambda: as_csv(changed(at=lambda row: f"{1 + row['id'] % 28:02d}/01/2026 10:11", note=lambda row: "-"), delimiter=";"),
            {**CSV, "delimiter": ";"},
            columns(**european),
        ),
        "csv latin1": Case(lambda: as_csv(rows()).decode().encode("latin1"), {**CSV, "encoding": "iso-8859-1"}, columns()),
        "csv gz": Case(lambda: gzip.compress(as_csv(rows()), 6), CSV, columns(), "f.csv.gz"),
        "csv faulty": Case(lambda: as_csv(wrong()), CSV, columns()),
    }


def _json(rows: Records) -> dict[str, Case]:
    def nested() -> list[dict]:
        return [{"id": row["id"], "order": {"name": row["name"], "at": row["at"], "tags": ["a", row["id"]]}, "price": row["price"]} for row in rows()]

    paths = [
        *(each for each in columns() if each["name"] in ("id", "price")),
        column("name", "varchar(20)", **{"from": "order.name"}),
        column("at", "timestamp", **{"from": "order.at"}),
        column("tags", "super", **{"from": "order.tags"}),
    ]
    spaced = {"type": "json", "lines": False, "records": "rows"}
    return {
        "json lines": Case(lambda: lines(rows()), JSON_LINES, columns()),
        "json nested": Case(lambda: lines(nested()), JSON_LINES, paths),
        "json gz": Case(lambda: gzip.compress(lines(rows()), 6), JSON_LINES, columns(), "f.json.gz"),
        "json faulty": Case(lambda: lines(rows(), 1_000), JSON_LINES, columns()),
        "json document": Case(lambda: document(rows()), DOCUMENT, columns()),
        "json pretty": Case(lambda: json.dumps({"rows": rows()}, indent=1).encode(), spaced, columns()),
    }


def _xml(rows: Records) -> dict[str, Case]:
    def above() -> bytes:
        return b'<feed day="2026-01-01">' + xml(rows()) + b"</feed>"

    def deep() -> bytes:
        return xml(rows()).replace(b"<price>", b'<sum currency="EUR"><value>').replace(b"</price>", b"</value></sum>")

    def at(name: str, source: str) -> list[dict]:
        return [each | ({"from": source} if each["name"] == name else {}) for each in columns("@id")]

    return {
        "xml": Case(lambda: xml(rows()), XML, columns("@id")),
        "xml paths": Case(deep, XML, [*at("price", "sum/value"), column("currency", "varchar(3)", **{"from": "sum/@currency"})]),
        "xml ancestor": Case(above, XML, [*columns("@id"), column("day", "date", **{"from": "ancestor::feed/@day"})]),
        "xml function": Case(lambda: xml(rows()), XML, at("name", "normalize-space(name)")),
        "xml gz": Case(lambda: gzip.compress(xml(rows()), 6), XML, columns("@id"), "f.xml.gz"),
        "xml faulty": Case(lambda: xml(rows(), 1_000), XML, columns("@id")),
    }
