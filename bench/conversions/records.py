"""Records as files of each format."""

import csv
import io
import json
import random
from collections.abc import Iterable
from xml.sax.saxutils import escape

from batches import column

XML = {"type": "xml", "record": "row", "namespaces": {}}
DOCUMENT = {"type": "json", "lines": False, "records": "rows"}
FAULTS = ("&nbsp;", "<b>", "</b>")


def columns(id_from: str = "id", **more: dict) -> list[dict]:
    """The contract's columns; `more`: members of the one with that name."""
    kinds = {"id": "integer", "name": "varchar(20)", "price": "decimal(12,2)", "at": "timestamp", "note": "varchar(9)"}
    return [column(name, kind, **{"from": id_from} if name == "id" else {}, **more.get(name, {})) for name, kind in kinds.items()]


def records(count: int) -> list[dict]:
    chance = random.Random(1)
    return [
        {"id": i, "name": f"name {i % 997}", "price": f"{chance.randrange(10**6) / 100:.2f}", "at": f"2026-01-{1 + i % 28:02d}T10:11:12Z", "note": "ü" if i % 50 == 0 else None}
        for i in range(count)
    ]  # fmt: skip


def xml(rows: Iterable[dict], fault_every: int = 0) -> bytes:
    made = []
    for row in rows:
        fault = FAULTS[row["id"] // fault_every % len(FAULTS)] if fault_every and row["id"] % fault_every == 7 else ""
        children = "".join(f"<{name}>{fault}{escape(str(value))}</{name}>" for name, value in row.items() if name != "id" and value is not None)
        made.append(f'<row id="{row["id"]}">{children}</row>\n')
    return f"<rows>{''.join(made)}</rows>".encode()


def lines(rows: Iterable[dict], fault_every: int = 0) -> bytes:
    made = [json.dumps(row) for row in rows]
    if fault_every:
        for at in range(7, len(made), fault_every):
            made[at] = made[at][:-1] + ("", ",}", "} x")[at // fault_every % 3]
    return "\n".join(made).encode()


def document(rows: Iterable[dict]) -> bytes:
    return json.dumps({"rows": list(rows)}).encode()


def as_csv(rows: list[dict], **dialect: object) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), **dialect)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()
