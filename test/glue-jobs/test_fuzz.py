"""Some of the generated contracts and files of bench/glue/fuzz.py, the same at each run; and CSV's two ways against each other."""

import sys
from pathlib import Path

import pytest
from batches import CSV, column, contract
from hypothesis import given, settings
from hypothesis import strategies as st
from long_form import tries
from partition_to_parquet.formats.csv import reader as csv_format

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench" / "glue"))

import fuzz
from without_spark import convert_here


def test_generated_batches_end_as_rows_rejects_or_a_named_refusal():
    fuzz.fuzz(tries(300), derandomize=True)


COLUMNS = [
    column("a", "varchar(60)", trim=False, empty="quoted", null=["\\N"], **{"from": 1}),
    column("b", "integer", **{"from": 2}),
    column("c", "varchar(60)", empty="keep", **{"from": 3}),
]
CELLS = st.sampled_from(["", " ", "1", "x", "é", '""', '"1"', '" "', '"a,b"', '"a\nb"', '"a""b"', "\\N", '"\\N"', "a|b", "a||b", "\u00a0", " x", "#1", "Total,"])
LINES = st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=8)
DIALECTS = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from([",", "||", "¶", "\t"]), "escape": st.sampled_from(["double", "backslash"]), "quotes": st.sampled_from(["strict", "lenient"]),
        "short_rows": st.sampled_from(["reject", "fill"]), "skip_initial_space": st.booleans(), "footer": st.sampled_from([None, "Total,"]),
        "comment": st.sampled_from([None, "#"]), "quote": st.sampled_from(['"', None]),
    }
)  # fmt: skip


@settings(max_examples=tries(400), deadline=None, derandomize=True)
@given(DIALECTS, LINES, st.sampled_from(["\n", "\r\n"]))
def test_the_fast_way_says_what_the_slow_way_says(dialect, lines, end):
    body = "".join(dialect["delimiter"].join(line) + end for line in lines).encode()
    made = contract({**CSV, **dialect, "header": False}, COLUMNS)

    def outcome() -> tuple:
        result = convert_here(made, {"f": body})
        rejects = [(reject["record_number"], reject["reason"], reject["raw"]) for reject in result.rejects]
        return result.report["verdict"], sorted(map(repr, result.rows)), sorted(rejects), result.report["files"]

    fast = outcome()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_format, "is_regular", lambda text, splitter: False)
        assert outcome() == fast
