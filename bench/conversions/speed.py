"""The cases of `npm run bench -- speed`."""

import random

from batches import CSV, JSON_LINES
from conversions import Case
from records import DOCUMENT, XML, as_csv, columns, document, lines, records, xml


def wide_xml(count: int) -> bytes:
    """25 children of which 6 are wanted, in a default namespace; references in a fifth of the values."""
    chance = random.Random(2)
    rows = []
    for row in records(count):
        own = "".join(f"<{name}>{value}</{name}>" for name, value in row.items() if value is not None)
        others = "".join(
            f"<field{n}>{'Smith &amp; Sons' if chance.random() < 0.2 else 'some text'} {chance.randrange(10**6)}</field{n}>" for n in range(20)
        )
        rows.append(f"<row>{own}{others}</row>\n")
    return f'<rows xmlns="urn:example:rows">{"".join(rows)}</rows>'.encode()


def cases(few: int) -> dict[str, Case]:
    """`few`: records of the small files; the large ones have ten times as many."""
    many = few * 10
    return {
        "xml": Case(lambda: xml(records(few)), XML, columns("@id")),
        "xml wide": Case(lambda: wide_xml(few // 4), XML, columns()),
        "xml 58 MB": Case(lambda: xml(records(many)), XML, columns("@id")),
        "xml faulty": Case(lambda: xml(records(few), 1_000), XML, columns("@id")),
        "json lines": Case(lambda: lines(records(few)), JSON_LINES, columns()),
        "json document": Case(lambda: document(records(few)), DOCUMENT, columns()),
        "json faulty": Case(lambda: lines(records(few), 1_000), JSON_LINES, columns()),
        "json 58 MB": Case(lambda: lines(records(many)), JSON_LINES, columns()),
        "csv": Case(lambda: as_csv(records(many // 2)), CSV, columns()),
    }
