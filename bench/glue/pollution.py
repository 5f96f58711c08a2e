"""How well polluted versions of one CSV file are read, told their dialect: `npm run bench -- pollution`.

The kinds of pollution and the ten measures (success; precision, recall and F1 of header, records and cells) are those of
Vitagliano et al., "Pollock: A Data Loading Benchmark" (PVLDB 16(8), 2023); the file and its versions are made here.
"""

import csv
import io
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
for folder in ("glue-jobs", "test/glue-jobs/support"):
    sys.path.insert(0, str(ROOT / folder))

from batches import CSV, column, contract
from without_spark import convert_here

NAMES = ["day", "time", "qty", "product", "price", "kind", "description", "link", "comment"]
ROWS = 84
TARGET = 9.97


@dataclass
class Version:
    """A polluted file, the format that a contract tells, and what should be read. `header` None: the file has none."""

    kind: str
    body: bytes
    form: dict[str, Any] = field(default_factory=dict)
    header: list[str] | None = field(default_factory=lambda: list(NAMES))
    rows: list[list[str]] = field(default_factory=list)


def clean_rows() -> list[list[str]]:
    chance = random.Random(84)
    comments = ["", "urgent", 'called "Bob"', "left, at the door", "two\nlines", "naïve café", "a;b|c"]
    return [
        [f"2026-{1 + i % 12:02d}-{1 + i % 28:02d}", f"{i % 24:02d}:{i % 60:02d}", str(chance.randrange(1, 99)), f"P-{i:04d}",
         f"{chance.randrange(10**5) / 100:.2f}", chance.choice("ABC"), f"thing, number {i}", f"http://example.org/{i}?x=1", comments[i % len(comments)]]
        for i in range(ROWS)
    ]  # fmt: skip


def line(fields: list[str], delimiter: str = ",", quote: str = '"', escape: str | None = None, end: str = "\r\n") -> str:
    """One record; quoted where it must be."""

    def written(text: str) -> str:
        if not any(sign in text for sign in (delimiter, quote, "\n", "\r", *([escape] if escape else []))):
            return text
        inner = text.replace(escape, escape * 2).replace(quote, escape + quote) if escape else text.replace(quote, quote * 2)
        return f"{quote}{inner}{quote}"

    return delimiter.join(written(text) for text in fields) + end


def text_of(rows: list[list[str]], header: list[str] | None = NAMES, **dialect: Any) -> str:
    return "".join(line(row, **dialect) for row in ([header] if header else []) + rows)


def of_files(rows: list[list[str]]) -> Iterator[Version]:
    """Pollutions of the whole file."""
    plain = text_of(rows)
    yield Version("clean", plain.encode(), {}, rows=rows)
    for delimiter in (" ", ", ", ";", "\t", "|", "||", "~|~", "\x01", "¶"):
        yield Version("delimiter", text_of(rows, delimiter=delimiter).encode(), {"delimiter": delimiter}, rows=rows)
    for quote in ("'", "þ", "`"):
        yield Version("quote", text_of(rows, quote=quote).encode(), {"quote": quote}, rows=rows)
    for escape, name in (("\\", "backslash"), ("^", "^")):
        yield Version("escape", text_of(rows, escape=escape).encode(), {"escape": name}, rows=rows)
    yield Version("line ends", text_of(rows, end="\n").encode(), {}, rows=rows)
    yield Version("no last line end", plain.encode()[:-2], {}, rows=rows)
    for count in (1, 2, 5):
        yield Version("empty lines behind", plain.encode() + b"\r\n" * count, {}, rows=rows)
        yield Version("empty lines before", b"\r\n" * count + plain.encode(), {}, rows=rows)
        between = "\r\n" * count
        yield Version("empty lines between", (text_of(rows[:40]) + between + text_of(rows[40:], None)).encode(), {}, rows=rows)
    yield Version("no header", text_of(rows, None).encode(), {"header": False}, header=None, rows=rows)
    yield Version("header alone", text_of([]).encode(), {}, rows=[])
    yield Version("one record", text_of(rows[:1]).encode(), {}, rows=rows[:1])
    yield Version("empty file", b"", {}, header=None, rows=[])
    for count in (2, 3):
        extra = [[f"{name} {n}" for name in NAMES] for n in range(count - 1)]
        body = text_of([*extra, *rows])
        yield Version("header of several lines", body.encode(), {"skip_after_header": count - 1}, rows=rows)
    for titles in (1, 3, 10):
        above = "".join(f'Sales, "all", part {n}\r\n' for n in range(titles))
        yield Version("preamble", (above + plain).encode(), {"header": "find"}, rows=rows)
        yield Version("preamble", (above + plain).encode(), {"skip_lines": titles}, rows=rows)
        padded = "".join(f"Sales part {n}" + "," * 8 + "\r\n" for n in range(titles))
        yield Version("preamble", (padded + plain).encode(), {"header": "find"}, rows=rows)
        yield Version("footer", (plain + "Total,,99\r\n" * titles).encode(), {"footer": "Total,"}, rows=rows)
        yield Version("comments", (above.replace("Sales", "# Sales") + plain).encode(), {"comment": "#"}, rows=rows)
    yield Version("sep line", ("sep=,\r\n" + plain).encode(), {}, rows=rows)
    yield Version("header repeated", text_of([[*row, row[0]] for row in rows], [*NAMES, "other"]).encode(), {}, rows=rows)
    yield Version("names repeated", text_of([[*row, "x", "y"] for row in rows], [*NAMES, "other", "other"]).encode(), {}, rows=rows)
    yield Version("trailing delimiters", "".join(text.removesuffix("\r\n") + ",,\r\n" for text in map(line, [NAMES, *rows])).encode(), {}, rows=rows)
    for encoding, codec in (("windows-1252", "cp1252"), ("iso-8859-1", "latin-1"), ("utf-16", "utf-16"), ("utf-16-be", "utf-16-be"), ("iso-8859-15", "iso8859-15")):
        yield Version("encoding", plain.encode(codec), {"encoding": encoding}, rows=rows)
    yield Version("byte order mark", plain.encode("utf-8-sig"), {}, rows=rows)
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([NAMES, *rows])
    yield Version("all quoted", out.getvalue().encode(), {"quotes": "strict"}, rows=rows)
    spaced = "".join(", ".join(line([text], end="") for text in row) + "\r\n" for row in [NAMES, *rows])
    yield Version("spaces behind delimiters", spaced.encode(), {"skip_initial_space": True}, rows=rows)


def of_rows(rows: list[list[str]]) -> Iterator[Version]:
    """Pollutions of one row, at each place that a row has."""
    lines = [line(row) for row in rows]

    def version(kind: str, row: int, text: str, read: list[list[str]], form: dict[str, Any] | None = None) -> Version:
        body = line(NAMES) + "".join([*lines[:row], text, *lines[row + 1 :]])
        return Version(kind, body.encode(), form or {}, rows=[*rows[:row], *read, *rows[row + 1 :]])

    for row, fields in enumerate(rows):
        for place in range(len(NAMES)):
            if place:
                fewer = [*fields[: place - 1], fields[place - 1] + fields[place], *fields[place + 1 :]]
                yield version("a delimiter less", row, line(fewer), [[*fewer, ""]], {"short_rows": "fill"})
            more = [*fields[:place], "", *fields[place:]]
            yield version("a delimiter more", row, line(more), [more])
            if not any(sign in fields[place] for sign in '",\n'):
                written = [line([text], end="") for text in fields]
                written[place] += '"'
                yield version("a quote more", row, ",".join(written) + "\r\n", [[*fields[:place], fields[place] + '"', *fields[place + 1 :]]])
        yield version("cut row", row, line(fields[:4]), [[*fields[:4], "", "", "", "", ""]], {"short_rows": "fill"})
        yield version("other delimiter", row, line(fields, delimiter=";"), [fields])
        yield version("other line end", row, line(fields, end="\n"), [fields])
        yield version("never closed", row, line(fields[:8], end="") + ',"open\r\n', [[*fields[:8], "open"]])
        yield version("trailing delimiter", row, line([*fields, ""]), [fields])


def read(version: Version) -> tuple[bool, list[list[str]]]:
    """Whether the file is read, and its records."""
    form = {**CSV, "quotes": "lenient", **version.form}
    if version.kind == "a delimiter more":
        # By position, with room for one field more: a contract for files whose rows are of several lengths.
        form |= {"header": "skip", "short_rows": "fill"}
    positional = form["header"] in (False, "skip")
    names = [*NAMES, "beyond"] if version.kind == "a delimiter more" else NAMES
    columns = [
        column(f"c{n}", "varchar(200)", trim=False, empty="keep", **{"from": n + 1 if positional else name}) for n, name in enumerate(names)
    ]
    result = convert_here(contract(form, columns, unknown_columns="ignore"), {"f.csv": version.body})
    if result.report["verdict"]:
        return False, []
    return True, [[row[f"c{n}"] or "" for n in range(len(names))] for row in result.rows]


def overlap(found: Counter, expected: Counter) -> tuple[float, float, float]:
    """Precision, recall and F1 of two multisets."""
    both = (found & expected).total()
    precision = both / found.total() if found else float(not expected)
    recall = both / expected.total() if expected else float(not found)
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def cells(rows: list[list[str]]) -> list[str]:
    return [text for row in rows for text in row if text]


def score(version: Version) -> float:
    """The sum of the ten measures."""
    success, rows = read(version)
    if not success:
        return 0.0
    # The names are the contract's: they are right where the header was found and is not among the records.
    header = (1.0, 1.0, 1.0) if version.header is None or version.header not in rows else (0.0, 0.0, 0.0)
    width = max((len(row) for row in version.rows), default=9)
    records = overlap(Counter(tuple(row[:width]) for row in rows), Counter(tuple([*row, *[""] * (width - len(row))]) for row in version.rows))
    return 1.0 + sum(header) + sum(records) + sum(overlap(Counter(cells(rows)), Counter(cells(version.rows))))


def main() -> None:
    rows = clean_rows()
    versions = [*of_files(rows), *of_rows(rows)]
    by_kind: dict[str, list[float]] = {}
    for done, version in enumerate(versions, 1):
        by_kind.setdefault(version.kind, []).append(score(version))
        if done % 500 == 0:
            print(f"{done} of {len(versions)} files", flush=True)
    for kind, scores in by_kind.items():
        print(f"{kind:28} {len(scores):5} files  {sum(scores) / len(scores):6.3f}")
    mean = sum(sum(scores) for scores in by_kind.values()) / len(versions)
    by_kinds = sum(sum(scores) / len(scores) for scores in by_kind.values()) / len(by_kind)
    line_of_json = {"name": "pollution", "ratio": round(mean, 3), "each_kind_alike": round(by_kinds, 3), "target": TARGET, "runs": len(versions)}
    print(json.dumps(line_of_json))
    sys.exit(0 if mean >= TARGET else 1)


if __name__ == "__main__":
    main()
