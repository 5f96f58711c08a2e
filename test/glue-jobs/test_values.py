"""The strict rule for each type, value by value; and that the fast way through whole columns says the same."""

from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from batches import column as compiled
from hypothesis import given, settings
from hypothesis import strategies as st
from long_form import tries
from partition_to_parquet.columns import _type_each, type_column
from partition_to_parquet.contract import _column
from partition_to_parquet.errors import BadValue, ContractInvalid
from partition_to_parquet.standardise import ValueReader
from partition_to_parquet.values.kinds import Nested, Number, Truth


def column(type: str, **more):
    return _column(compiled("c", type, **more))


def read(value, type: str, **more):
    """The typed value as Parquet holds it, or the code of the reject."""
    array, bad = type_column([value], column(type, **more), members=True)
    return bad[0][1].code if bad else array[0].as_py()


@pytest.mark.parametrize(
    ("value", "type", "expected"),
    [
        ("5", "integer", 5), ("+5", "integer", 5), ("-5", "integer", -5), ("5.0", "integer", 5), (" 5 ", "integer", 5),
        ("1e3", "integer", 1000), ("1e1", "smallint", 10), ("6.7", "integer", "not_exact"), ("1,000", "integer", "wrong_type"),
        ("0x1F", "integer", "wrong_type"), ("NaN", "integer", "wrong_type"), ("٥", "integer", "wrong_type"), ("1d", "integer", "wrong_type"),
        ("32768", "smallint", "out_of_range"), ("-32768", "smallint", -32768), ("2147483648", "integer", "out_of_range"),
        ("9223372036854775807", "bigint", 2**63 - 1), ("9223372036854775808", "bigint", "out_of_range"),
        ("1e999999999999", "bigint", "out_of_range"), ("0e999999999999", "bigint", 0), ("1e-999999999", "bigint", "not_exact"),
        ("5_0", "integer", "wrong_type"), ("", "integer", None), (None, "integer", None), ("--5", "integer", "wrong_type"), ("-", "integer", "wrong_type"),
        (Number("1180591620717411303424"), "decimal(38,0)", Decimal(2**70)), (Number("1.10"), "decimal(5,2)", Decimal("1.10")),
        ("12.345", "decimal(5,2)", "not_exact"), ("1000", "decimal(5,2)", "out_of_range"), ("999.99", "decimal(5,2)", Decimal("999.99")),
        ("12.3400", "decimal(5,2)", Decimal("12.34")), ("-0", "decimal(5,2)", Decimal("0.00")), (".5", "decimal(5,2)", Decimal("0.50")),
        (Truth("true"), "integer", "wrong_type"), (Nested("{}"), "integer", "wrong_type"),
        ("1e400", "double precision", "out_of_range"), ("0.1", "double precision", 0.1), ("Infinity", "double precision", "wrong_type"),
        ("1e39", "real", "out_of_range"), ("0.1", "real", 0.10000000149011612), ("1.0000000596046448", "real", 1.0000001192092896),
        ("yes", "boolean", True), ("F", "boolean", False), (Truth("true"), "boolean", True), (Number("0"), "boolean", False), ("2", "boolean", "wrong_type"),
        ("on", "boolean", "wrong_type"),
        ("äöü", "varchar(6)", "äöü"), ("äöüx", "varchar(6)", "too_long"), ("a\0b", "varchar(6)", "nul_character"), ("ä", "char(2)", "wrong_type"),
        ("e\u0301", "varchar(2)", "é"), (Number("1.10"), "varchar(9)", "1.10"), (Number("-0"), "varchar(9)", "-0"), (Truth("false"), "varchar(9)", "false"),
        (Nested("[1]"), "varchar(9)", "wrong_type"), ("\u00a0\ta\u3000", "varchar(1)", "a"), ("\u200ba", "varchar(9)", "\u200ba"),
        ("a", "super", '"a"'), (Nested('{"a" : 1.10}'), "super", '{"a" : 1.10}'), (Number("1e308"), "super", "1e308"), (Number("1e400"), "super", "out_of_range"),
        (Nested('"\\u0000"'), "super", "nul_character"), (Nested('["\\\\u0000"]'), "super", '["\\\\u0000"]'), ("x" * 65_534, "super", "too_long"),
        (Nested('["' + "x" * 65_536 + '"]'), "super", "too_long"),
    ],
)  # fmt: skip
def test_a_value(value, type, expected):
    assert read(value, type) == expected


@pytest.mark.parametrize(
    ("value", "type", "options", "expected"),
    [
        ("6.5", "integer", {"round": True}, 7), ("-6.5", "integer", {"round": True}, -7), ("12.345", "decimal(5,2)", {"round": True}, Decimal("12.35")),
        ("999.995", "decimal(5,2)", {"round": True}, "out_of_range"), ("N/A", "integer", {"null": ["N/A"]}, None), (Number("-999"), "integer", {"null": ["-999"]}, None),
        ("", "varchar(9)", {"empty": "keep"}, ""), ("  ", "varchar(9)", {"empty": "keep"}, ""), ("", "integer", {"empty": "keep"}, None),
        (" a ", "varchar(9)", {"trim": False}, " a "), ("  ", "varchar(9)", {"trim": False}, None), (" 5", "integer", {"trim": False}, "wrong_type"),
        ("É", "varchar(9)", {"case": "lower"}, "é"), ("straße", "varchar(9)", {"case": "upper"}, "STRASSE"), ("e\u0301", "varchar(9)", {"normalize": "none"}, "e\u0301"),
        ("äöüx", "varchar(3)", {"truncate": True}, "ä"), ("x", "varchar(9)", {"as": "json"}, '"x"'), (Nested("[1]"), "varchar(9)", {"as": "json"}, "[1]"),
        (None, "integer", {"default": 7}, 7), (None, "integer", {"required": True}, "missing_required"), ("", "varchar(1)", {"default": "x", "required": True}, "x"),
        ("N/A", "varchar(9)", {"null": ["N/A"], "default": "none"}, "none"),
    ],
)  # fmt: skip
def test_options(value, type, options, expected):
    assert read(value, type, **options) == expected


@pytest.mark.parametrize(
    ("value", "type", "options", "expected"),
    [
        ("2026-02-28", "date", {}, "2026-02-28"), ("2026-02-30", "date", {}, "wrong_type"), ("2024-1-1", "date", {}, "wrong_type"),
        ("2024-01-01T99", "date", {}, "wrong_type"), ("2024-01-01T00:00", "date", {}, "2024-01-01"), ("2024-01-01T10:00", "date", {}, "not_exact"),
        ("2026-01-01T00:00:60", "timestamp", {}, "wrong_type"), ("2026-01-01 10:11:12.5", "timestamp", {}, "2026-01-01 10:11:12.500000"),
        ("2026-01-01T10:11:12.1234567", "timestamp", {}, "not_exact"), ("2026-01-01T10:11:12.1234565", "timestamp", {"round": True}, "2026-01-01 10:11:12.123457"),
        ("2026-01-01T10:11:12.123456000", "timestamp", {}, "2026-01-01 10:11:12.123456"), ("2026-01-01T10:00+02:00", "timestamptz", {}, "2026-01-01 08:00:00"),
        ("2026-01-01T10:00:00Z", "timestamp", {}, "2026-01-01 10:00:00"), ("2026-01-01T10:00:00-0330", "timestamp", {}, "2026-01-01 13:30:00"),
        ("2026-01-01  10:00:00", "timestamp", {}, "wrong_type"), ("0000-01-01", "date", {}, "wrong_type"), ("0001-01-01T00:00+01:00", "timestamp", {}, "out_of_range"),
        ("2026-07-01T12:00", "timestamp", {"timezone": "Europe/London"}, "2026-07-01 11:00:00"), ("2026-03-29T01:30", "timestamp", {"timezone": "Europe/London"}, "wrong_type"),
        ("2026-10-25T01:30", "timestamp", {"timezone": "Europe/London"}, "2026-10-25 00:30:00"), ("2026-07-01T12:00Z", "timestamp", {"timezone": "Europe/London"}, "2026-07-01 12:00:00"),
        (Number("1700000000"), "timestamp", {"parse": "epoch_seconds"}, "2023-11-14 22:13:20"), ("1700000000123", "timestamp", {"parse": "epoch_millis"}, "2023-11-14 22:13:20.123000"),
        ("1700000000.5", "timestamp", {"parse": "epoch_seconds"}, "2023-11-14 22:13:20.500000"), ("0.1", "timestamp", {"parse": "epoch_micros"}, "not_exact"),
        ("1e30", "timestamp", {"parse": "epoch_seconds"}, "out_of_range"), (Truth("true"), "timestamp", {"parse": "epoch_seconds"}, "wrong_type"),
        ("31/12/2026 11:05 PM", "timestamp", {"parse": "dd/MM/yyyy hh:mm a"}, "2026-12-31 23:05:00"), ("30.2.2026", "date", {"parse": "d.M.yyyy"}, "wrong_type"),
        ("Tue, 24 Nov 2026", "date", {"parse": "EEE, dd MMM yyyy"}, "2026-11-24"), ("Mon, 24 Nov 2026", "date", {"parse": "EEE, dd MMM yyyy"}, "wrong_type"),
        ("20261124T101112.250+0100", "timestamp", {"parse": "yyyyMMdd'T'HHmmss.SSSXX"}, "2026-11-24 09:11:12.250000"), ("2026/366", "date", {"parse": "yyyy/DDD"}, "wrong_type"),
        ("24-11-26", "date", {"parse": "dd-MM-yy"}, "2026-11-24"), ("2026-11-24", "date", {"parse": "yyyy-MM-dd['T'HH:mm]"}, "2026-11-24"),
    ],
)  # fmt: skip
def test_times(value, type, options, expected):
    found = read(value, type, **options)
    assert (str(found) if found is not None else None) == expected


def test_a_pattern_that_is_not_supported_is_named():
    with pytest.raises(ContractInvalid, match="'QQQ' is not supported"):
        ValueReader(column("date", parse="yyyy QQQ")).read("2026 1")


def test_a_default_that_the_type_cannot_hold_is_named():
    with pytest.raises(ContractInvalid, match="column 'c': the constant 'x'"):
        ValueReader(column("integer", default="x"))


TYPES = ["smallint", "integer", "bigint", "decimal(5,2)", "decimal(38,10)", "real", "double precision", "boolean",
         "varchar(5)", "char(3)", "date", "timestamp", "timestamptz"]  # fmt: skip
PIECES = st.sampled_from(list("0123456789+-.eE TZ:xtrue") + ["2026", "-02-", "12:30", "00", "é", "e\u0301", "\0", " ", "\t", "99999", "N/A"])
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str) | st.integers(-(10**19), 10**19).map(str)
TIMES = st.datetimes().map(str) | st.dates().map(str) | st.datetimes().map(lambda t: t.isoformat(timespec="milliseconds") + "Z")
VALUES = st.lists(st.none() | NUMBERS | TIMES | st.lists(PIECES, max_size=6).map("".join), min_size=1, max_size=30)
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "trim": st.booleans(), "empty": st.sampled_from(["keep", "null"]), "null": st.just(["N/A", "00"]), "required": st.booleans(),
        "case": st.sampled_from(["lower", "upper"]), "round": st.booleans(), "truncate": st.booleans(), "timezone": st.just("Europe/London"),
    },
)  # fmt: skip


@settings(max_examples=tries(600), deadline=None)
@given(values=VALUES, type=st.sampled_from(TYPES), options=OPTIONS)
def test_the_fast_way_says_what_the_strict_rule_says(values, type, options):
    one = column(type, **options)
    strict, strict_bad = _type_each(values, one, False)
    # NULLs that hide bytes, as SQL leaves them.
    is_null = pa.array([value is None for value in values])
    hiding = pc.if_else(is_null, pa.scalar(None, pa.string()), pa.array(["12" if value is None else value for value in values]))
    for given_values in (values, pa.array(values, pa.string()), hiding):
        fast, fast_bad = type_column(given_values, one, False)
        assert fast.equals(strict)
        assert sorted((i, e.code, e.message) for i, e in fast_bad) == [(i, e.code, e.message) for i, e in strict_bad]


@pytest.mark.parametrize("text", ["2024-02-29", "2024-02-29T23:59", "2024-02-29 23:59:58", "2024-02-29T23:59:58.123", "2024-02-29 23:59:58.123456"])
@pytest.mark.parametrize("type", ["date", "timestamp", "timestamptz"])
def test_a_time_with_one_other_character_is_read_by_the_strict_rule_in_a_whole_column_too(text, type):
    one = column(type)
    others = [text[:place] + other + text[place + 1 :] for place in range(len(text)) for other in "0369-+:.,tTzZ /"]
    shorter = [text[:size] for size in range(len(text))] + [text + more for more in ("0", "Z", "+01", "+0100", "-01:00", " ")]
    for value in [text, *others, *shorter]:
        strict, strict_bad = _type_each([value, None], one, False)
        fast, fast_bad = type_column(pa.array([value, None]), one, False)
        assert (fast.to_pylist(), fast_bad[:1] and fast_bad[0][1].code) == (strict.to_pylist(), strict_bad[:1] and strict_bad[0][1].code), value


NUMBERS = st.text(st.sampled_from(list("0123456789.,'-() €%")), max_size=12)
NUMBER_FORMATS = st.sampled_from(
    [
        {"decimal": ",", "thousands": "."}, {"decimal": ","}, {"decimal": ".", "thousands": ","}, {"thousands": "'", "negative": ["trailing"]},
        {"decimal": ",", "thousands": " ", "negative": ["parentheses"], "strip": ["€", "%"]},
    ]
)  # fmt: skip


@settings(max_examples=tries(400), deadline=None)
@given(
    values=st.lists(NUMBERS, max_size=8), form=NUMBER_FORMATS, type=st.sampled_from(["integer", "bigint", "decimal(9,2)", "double precision"])
)
def test_numbers_of_any_spelling_are_the_same_by_both_ways(values, form, type):
    one = column(type, number=form)
    strict, strict_bad = _type_each(values, one, False)
    fast, fast_bad = type_column(pa.array(values, pa.string()), one, False)
    assert fast.equals(strict)
    assert sorted((i, e.code) for i, e in fast_bad) == [(i, e.code) for i, e in strict_bad]


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("1.234,56", {"decimal": ",", "thousands": "."}, Decimal("1234.56")), ("1 234,5", {"decimal": ",", "thousands": " "}, Decimal("1234.50")),
        ("1\u202f234,5", {"decimal": ",", "thousands": " "}, Decimal("1234.50")), ("0.123", {"decimal": ",", "thousands": "."}, "wrong_type"),
        (Number("1.5"), {"decimal": ",", "thousands": "."}, Decimal("1.50")), ("1.5", {"decimal": ","}, "wrong_type"),
        ("-€ 5", {"strip": ["€"]}, Decimal("-5.00")), ("(5)", {"negative": ["parentheses"]}, Decimal("-5.00")), ("(5)", {}, "wrong_type"),
        ("5-", {"negative": ["trailing"]}, Decimal("-5.00")), ("-5-", {"negative": ["trailing"]}, "wrong_type"), ("12 %", {"strip": ["%"]}, Decimal("12.00")),
        ("5 USD", {"strip": ["EUR"]}, "wrong_type"), ("1,234.5678", {"thousands": ","}, "not_exact"), ("", {"decimal": ","}, None),
    ],
)  # fmt: skip
def test_how_numbers_are_written(text, form, expected):
    assert read(text, "decimal(12,2)", number=form) == expected


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("2026-11-29 13:15 PM", "yyyy-MM-dd H:mm a", "2026-11-29 13:15:00"), ("2026-11-29 1:15 PM", "yyyy-MM-dd H:mm a", "wrong_type"),
        ("2026-033 02", "yyyy-DDD MM", "2026-02-02 00:00:00"), ("2026-033 12", "yyyy-DDD MM", "wrong_type"),
        ("1 Sept 2026", "d MMM yyyy", "wrong_type"), ("1 SEP 2026", "d MMM yyyy", "2026-09-01 00:00:00"), ("Mon 1 Sep 2026", "EEE d MMM yyyy", "wrong_type"),
        ("Tue 1 Sep 2026", "EEE d MMM yyyy", "2026-09-01 00:00:00"), ("09 Sep 2026", "MM MMM yyyy", "2026-09-01 00:00:00"),
        ("10 Sep 2026", "MM MMM yyyy", "wrong_type"), ("2026-07-01 12:00 -0700 PDT", "yyyy-MM-dd HH:mm Z z", "2026-07-01 19:00:00"),
        ("2026-07-01 12:00 -0800 PDT", "yyyy-MM-dd HH:mm Z z", "wrong_type"), ("2026-07-01 12:00 -0700 MST", "yyyy-MM-dd HH:mm Z z", "2026-07-01 19:00:00"),
        ("2026-07-01 12:00 XXX", "yyyy-MM-dd HH:mm z", "wrong_type"), ("24:30 2026-07-01", "kk:mm yyyy-MM-dd", "2026-07-01 00:30:00"),
    ],
)  # fmt: skip
def test_what_a_pattern_has_twice_must_agree(text, pattern, expected):
    found = read(text, "timestamp", parse=pattern, zones={"PDT": "-07:00"})
    assert str(found) == expected


def test_bad_values_name_their_code():
    with pytest.raises(BadValue) as caught:
        ValueReader(column("integer")).read("x")
    assert caught.value.code == "wrong_type"


def test_upper_case_is_composed_again():
    assert read("\u0390", "varchar(9)", case="upper") == "\u03aa\u0301"
    assert read("a\u0308\u0301", "varchar(9)", case="upper") == read("\u00e4\u0301", "varchar(9)", case="upper") == "\u00c4\u0301"
