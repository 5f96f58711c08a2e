"""Generated contracts and files: every batch ends as loaded, with rejected rows, or as a named refusal: `npm run bench -- fuzz`.

    fuzz [how many] [--check]    20,000 unless said otherwise

With --check each contract is written as a person writes it and goes through the product's check and compiler; what check
accepts must end as well. A failure prints the smallest case that Hypothesis finds.
"""

import bz2
import gzip
import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
for folder in ("glue-jobs", "test/glue-jobs/support", "bench/glue"):
    sys.path.insert(0, str(ROOT / folder))

import zstandard
from batches import column, contract
from declared import Compiler, declared
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from partition_to_parquet.encodings import CODECS
from partition_to_parquet.values.moments import zone_names
from without_spark import convert_here

REFUSALS = {"FileUnreadable", "StructureChanged", "FileMismatch"}
NAMES = ["a", "b", "é", "name", "Name"]
SIGNS = [",", ";", "\t", "|", "¶", "^", "~"]
PIECES = [
    *SIGNS, "\n", "\r\n", "\r", '"', "'", "\\", "\\N", " ", "", "a", "b", "name", "é", "\u00a0", "\u2028", "\0", "sep=;", "Total,", "#", "\ufeff", "😀", "\ud800",
    "0", "1", "-1", "1.5", "1.234,56", "(5)", "5-", "€", "%", "1e5", "9" * 40, "NaN", "true", "NULL", "2026-11-22", "22.11.2026", "2026-11-22T05:06:07Z",
    "20261122T050607+01", "1:15 PM", "EST", "Europe/Paris", "localtime", "{", "}", "[", "]", ":", '"a":1', '{"a":1,"b":"x"}', "<r>", "</r>", "<r a='1'><b>x</b></r>",
    "&amp;", "&x;", "<!-- -->", "<![CDATA[", "]]>", "<?xml version='1.0'?>", "<!DOCTYPE r>", "\ud83d", '"\\ud800"', "[" * 120,
]  # fmt: skip
PARSES = ["iso8601", "epoch_seconds", "epoch_millis", "epoch_micros", "dd.MM.yyyy", "M/d/yyyy h:mm a", "yyyy-MM-dd HH:mm:ss z", "yyyyMMdd[HHmm]", "yyyy-DDD", "d MMM yy"]
TYPES = ["smallint", "integer", "bigint", "decimal(9,2)", "decimal(38,0)", "real", "double precision", "boolean", "char(3)", "varchar(9)", "date", "timestamp", "timestamptz", "super"]

numbers = st.fixed_dictionaries(
    {"decimal": st.sampled_from([".", ","]), "thousands": st.sampled_from([None, "'", " "])},
    optional={"negative": st.lists(st.sampled_from(["trailing", "parentheses"]), unique=True), "strip": st.lists(st.sampled_from(["€", "%", "EUR"]), unique=True)},
)


@st.composite
def csv_forms(draw: st.DrawFn) -> dict[str, Any]:
    """A dialect that `sluice check` accepts."""
    quote = draw(st.sampled_from(['"', "'", "þ", None]))
    escape = draw(st.sampled_from(["double", "backslash", "^"]))
    signs = [sign for sign in [*SIGNS, "||", "~|~", "\x01", ", "] if escape != "^" or "^" not in sign]
    header = draw(st.sampled_from([True, False, "skip", "find"]))
    return {
        "type": "csv", "delimiter": draw(st.sampled_from(signs)), "quote": quote, "escape": escape, "header": header,
        "quotes": "strict" if quote and draw(st.booleans()) else "lenient", "comment": draw(st.sampled_from([None, None, "#"])),
        "skip_lines": draw(st.sampled_from([0, 0, 1, 2])), "skip_after_header": draw(st.sampled_from([0, 1])) if header is not False else 0,
        "footer": draw(st.sampled_from([None, None, "Total,", "1"])), "skip_initial_space": draw(st.booleans()),
        "short_rows": draw(st.sampled_from(["reject", "fill"])),
    }  # fmt: skip


forms = st.one_of(
    csv_forms(),
    st.sampled_from(
        [
            {"type": "json", "lines": True, "records": None},
            {"type": "json", "lines": False, "records": "$"},
            {"type": "json", "lines": False, "records": "a.*"},
            {"type": "json", "lines": False, "records": None, "concatenated": True},
            {"type": "xml", "record": "r", "namespaces": {}},
            {"type": "xml", "record": ["r", "b"], "namespaces": {}},
        ]
    ),
)


@st.composite
def columns_of(draw: st.DrawFn, form: dict[str, Any]) -> list[dict[str, Any]]:
    count = draw(st.integers(1, 3))
    made = []
    for n in range(count):
        type = draw(st.sampled_from(TYPES))
        more: dict[str, Any] = {"from": NAMES[n] if form["type"] != "csv" or form["header"] in (True, "find") else n + 1}
        if form["type"] == "csv" and form["header"] is True:
            more |= draw(st.sampled_from([{}, {}, {"optional": True}, {"occurrence": 2}]))
        if type in ("date", "timestamp", "timestamptz"):
            more["parse"] = draw(st.one_of(st.sampled_from(PARSES), st.lists(st.sampled_from(PARSES), min_size=1, max_size=3)))
            more["zones"] = draw(st.sampled_from([{}, {"EST": "-05:00", "CET": "Europe/Paris"}])) if type != "date" else {}
            more["timezone"] = draw(st.sampled_from([None, "America/New_York", *sorted(zone_names())[:3]]))
            more["round"] = draw(st.booleans())
        elif type not in ("boolean", "super") and "char" not in type:
            more["number"] = draw(st.one_of(st.none(), numbers))
        elif "char" in type:
            more |= {"truncate": draw(st.booleans()), "case": draw(st.sampled_from([None, "lower", "upper"]))}
        quoted = ["quoted"] if form["type"] == "csv" and form["quote"] else []
        more |= {"empty": draw(st.sampled_from(["null", "keep", *quoted])), "trim": draw(st.booleans()), "required": draw(st.booleans())}
        more["null"] = draw(st.sampled_from([[], ["NULL"], ["\\N"]]))
        made.append(column(f"c{n}", type, **more))
    return made


@st.composite
def contracts(draw: st.DrawFn) -> dict[str, Any]:
    form = draw(forms)
    encoding = draw(st.one_of(st.none(), st.none(), st.none(), st.sampled_from(sorted(CODECS))))
    compression = draw(st.sampled_from(["auto", "auto", "auto", "auto", "none", "gzip", "zstd", "bzip2", "zip"]))
    columns = draw(columns_of(form))
    load = draw(st.sampled_from([{}, {"deduplicate": "exact"}, {"key": ["c0"]}, {"key": ["c0"], "conflicts": "last"}]))
    return contract({**form, "encoding": encoding, "compression": compression}, columns, load=load, unknown_columns=draw(st.sampled_from(["warn", "ignore", "refuse"])))


def zipped(body: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("m", body)
        archive.writestr("__MACOSX/m", b"x")
    return out.getvalue()


PACKS = {"gzip": gzip.compress, "bzip2": bz2.compress, "zstd": zstandard.ZstdCompressor().compress, "zip": zipped}


pieces = st.sampled_from(PIECES)
texts = st.one_of(pieces, st.lists(pieces, max_size=4).map("".join))


@st.composite
def csv_texts(draw: st.DrawFn, form: dict[str, Any], width: int) -> str:
    """A header, where there is one, and rows of about the right length."""
    quote = form["quote"] or '"'
    cells = st.one_of(texts, texts.map(lambda text: f"{quote}{text.replace(quote, quote * 2)}{quote}"), texts.map(lambda text: f"{quote}{text}"))
    rows = st.lists(cells, min_size=max(width - 1, 1), max_size=width + 1).map(form["delimiter"].join)
    lines = draw(st.lists(st.one_of(rows, rows, rows, texts), max_size=12))
    above = ["title"] * form["skip_lines"]
    header = [form["delimiter"].join(NAMES[:width])] if form["header"] is not False and draw(st.integers(0, 9)) else []
    return draw(st.sampled_from(["\n", "\r\n"])).join([*above, *header, *lines])


values = st.one_of(texts.map(lambda text: json.dumps(text, ensure_ascii=False)), st.sampled_from(["1", "-1.5e3", "null", "true", '{"b":[1]}', "[" * 110]), texts)
objects = st.lists(values, min_size=1, max_size=3).map(lambda found: "{" + ",".join(f'"{name}":{value}' for name, value in zip(NAMES, found, strict=False)) + "}")


@st.composite
def json_texts(draw: st.DrawFn, form: dict[str, Any]) -> str:
    found = draw(st.lists(st.one_of(objects, objects, objects, texts), max_size=8))
    if form["lines"] or form.get("concatenated"):
        return draw(st.sampled_from(["\n", "", " "])).join(found)
    return found[0] if form["records"] == "$" and found else f'{{"a":[{",".join(found)}]}}'


@st.composite
def xml_texts(draw: st.DrawFn) -> str:
    parts = st.one_of(texts, texts.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;")))
    elements = st.lists(parts, min_size=1, max_size=3).map(
        lambda found: "<r>" + "".join(f"<{name}>{part}</{name}>" for name, part in zip(NAMES, found, strict=False)) + "</r>"
    )
    inside = "".join(draw(st.lists(st.one_of(elements, elements, elements, texts), max_size=8)))
    return draw(st.sampled_from(["", "<?xml version='1.0'?>", "<!DOCTYPE x>"])) + f"<x>{inside}</x>"


@st.composite
def files(draw: st.DrawFn, made: dict[str, Any]) -> bytes:
    """A file that mostly is of the contract's kind: in its encoding, packed, and then perhaps damaged."""
    form = made["format"]
    if form["type"] == "csv":
        text = draw(csv_texts(form, len(made["columns"])))
    else:
        text = draw(json_texts(form) if form["type"] == "json" else xml_texts())
    encoding = form["encoding"] or "utf-8"
    body = text.encode(CODECS[encoding], "surrogatepass" if encoding.startswith("utf") else "replace")
    agreed = draw(st.sampled_from(["none", *PACKS])) if form["compression"] == "auto" else form["compression"]
    pack = agreed if draw(st.integers(0, 9)) else draw(st.sampled_from(["none", *PACKS]))
    body = PACKS[pack](body) if pack in PACKS else body
    if draw(st.integers(0, 6)) == 0 and body:
        place = draw(st.integers(0, len(body) - 1))
        body = body[:place] + draw(st.binary(max_size=3)) + body[place + draw(st.integers(0, 5)) :]
    return body


@st.composite
def batches(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, bytes]]:
    made = draw(contracts())
    return made, {name: draw(files(made)) for name in draw(st.sampled_from([["f"], ["f", "g.zip"], ["f.gz"]]))}


def ends_well(batch: tuple[dict[str, Any], dict[str, bytes]]) -> None:
    """Raises for a batch that ends in anything but rows, rejected rows, or a refusal by name."""
    report = convert_here(*batch).report
    if report["verdict"]:
        assert report["verdict"]["error"] in REFUSALS and report["verdict"]["file"], report["verdict"]
    else:
        counts = report["counts"]
        assert counts["read"] == counts["written"] + counts["deduplicated"] + counts["rejected"], counts


def fuzz(examples: int, compiler: Compiler | None = None, **more: Any) -> None:
    def ends(batch: tuple[dict[str, Any], dict[str, bytes]]) -> None:
        made = compiler.compile(declared(batch[0])) if compiler else batch[0]
        if made is not None:
            ends_well((made, batch[1]))

    checked = settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck), **more)
    checked(given(batches())(ends))()


def main() -> None:
    numbers = [argument for argument in sys.argv[1:] if argument != "--check"]
    wanted = int(numbers[0]) if numbers else 20_000
    compiler = Compiler() if "--check" in sys.argv else None
    tried, wrong = 0, 0
    while tried < wanted and not wrong:
        part = min(1_000, wanted - tried)
        try:
            fuzz(part, compiler)
        except Exception as error:
            wrong += 1
            print(f"{type(error).__name__}: {error}", *getattr(error, "__notes__", []), sep="\n", flush=True)
        tried += part
        print(f"{tried} of {wanted} batches", flush=True)
    checked = {"accepted": compiler.accepted, "refused": dict(sorted(compiler.refused.items()))} if compiler else {}
    print(json.dumps({"name": "fuzz", "tried": tried, "wrong": wrong, "target": 0, "runs": tried, **checked}))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
