"""Random Spark SQL over a fixed table, with parts that fail on some records, and with parts that stand twice."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
from batches import column
from partition_to_parquet.contract import Column, read_contract
from partition_to_parquet.standardise import arrow_type

COLUMNS = [
    column("small", "smallint"), column("n", "integer"), column("m", "integer"), column("big", "bigint"),
    column("price", "decimal(5,2)"), column("rate", "decimal(18,8)"), column("wide", "decimal(38,10)"), column("share", "double precision"),
    column("part", "real"), column("name", "varchar(40)"), column("code", "varchar(40)"), column("flag", "boolean"),
    column("day", "date"), column("due", "date"), column("at", "timestamp"),
]  # fmt: skip
_TEXTS = [
    "", " ", "a", "A", "ab", "a b", " a ", "abc", "Straße", "ÉCOLE", "ŉ", "İi", "ΑΣ", "ΑΣ Β", "ﬁ", "日本", "😀x", "a\nb", "a\n", "a\r\n",
    "a\u2028", "x%y", "x_y", "100%", "\u00a0a\u00a0", "\ta", "AB12", "A1-b2", "a'b", "zz", "é", "e\u0301", "-", "__", "Ǆ", "ß",
]  # fmt: skip
_CODES = [
    "1", "01", " 5 ", "5.0", "5e0", "abc", "", "+7", "-0", "-12", "2147483648", "9223372036854775807", "9223372036854775808", "1_000",
    "0x10", "NaN", "Infinity", "-inf", "1d", "1.5f", "1e400", "1e-400", "1.005", "-2.675", ".5", "5.", ".", "+", "1e", "٣", "true", "T",
    "no", "Y ", "\u00a05", "5\u00a0", "\t5\n", "\u20035", "0.1", "123456789012345678901234567890", "99999999999999999999999999999.999", "1e38",
    "\x1c3", "4\x85", "4\x7f", "1L", "tRuE", "yes", "1e5", "-1.5e3", "0b1",
]  # fmt: skip
_NUMBERS: dict[str, list[Any]] = {
    "small": [0, 1, -1, 5, 32767, -32768, 100, 7],
    "n": [0, 0, 1, -1, 2, 5, 2**31 - 1, -(2**31), 46341, 100, 3],
    "m": [0, 1, 2, 3, -7, 10, 2**31 - 1, -(2**31)],
    "big": [0, 1, -1, 2**63 - 1, -(2**63), 2**53 + 1, 10**15, 3_037_000_500, 12],
    "price": ["0", "1.10", "-3", "10.50", "999.99", "-999.99", "0.01", "2.50", "0.05", "-0.05"],
    "rate": ["0", "0.00000001", "9999999999.99999999", "-1.5", "1.12345678", "0.33333333", "2.00000000"],
    "wide": ["0", "9999999999999999999999999999.9999999999", "-1", "0.0000000001", "123456789012345678.1234567891", "2.5", "-2147483648.9999999999"],
    "share": [0.0, -0.0, 0.1, 1.0, -2.5, 1e308, 1e-320, 2.0**63, -(2.0**63), 2147483647.9, 32767.5, 1e22, 0.30000000000000004, 9007199254740993.0],
    "part": [0.0, -0.0, 0.1, 1.0, 3.4e38, 16777217.0, -2.5, 1.17e-38],
}  # fmt: skip
_DATES = [date(1, 1, 1), date(1582, 10, 10), date(1969, 12, 31), date(1970, 1, 1), date(2026, 11, 29), date(2024, 2, 29), date(2027, 1, 1), date(9999, 12, 31)]
LIKES = ["a%", "%a", "%b%", "_", "a_b", "%", "", "a%b%", "x\\%y", "1__", "%日%", "a\nb", "Straße"]
PATTERNS = [
    r"^\d+$", r"^[A-Z]{2}\d{2}$", "a$", "a.b", r"^\s*$", r"\w+", "^a|b$", "[^a]", r"^[a-z0-9_-]+$", r"^(a|b)?c?$", r"^.{1,3}$", "", "b", "(?:x%)+y",
    r"^\S+$", r"\bé", "^[A-Za-z]+$", "é", "日?本", r"^[+-]?\d+(\.\d+)?$", r"a\s$", "(a)(b)", r"^$", "[.]", r"\.", "a{2,}|z{2}", "(?i)ab", "a*?b", r"^\w*\W",
]  # fmt: skip


def contract_columns() -> tuple[Column, ...]:
    """The table's columns as the job knows them."""
    document = {"dataset": "t", "format": {"type": "json"}, "columns": COLUMNS, "load": {}}
    return read_contract(document).columns


def table(chance: random.Random, rows: int) -> pa.Table:
    """Rows of hard values."""
    found = {}
    for each in contract_columns():
        found[each.name] = pa.array([_value(chance, each) for _ in range(rows)], arrow_type(each))
    return pa.table(found)


def _value(chance: random.Random, each: Column) -> Any:
    if chance.random() < 0.15:
        return None
    if each.name in _NUMBERS:
        value = chance.choice(_NUMBERS[each.name])
        return Decimal(value) if each.type == "decimal" else value
    if each.name == "name":
        return chance.choice(_TEXTS)
    if each.name == "code":
        return chance.choice(_CODES)
    if each.name == "flag":
        return chance.random() < 0.5
    if each.type == "date":
        return chance.choice(_DATES)
    day = datetime.combine(chance.choice(_DATES), datetime.min.time())
    return day + timedelta(hours=chance.choice([0, 1, 13, 23]), seconds=chance.choice([0, 59]), microseconds=chance.choice([0, 100_000, 1, 999_999]))


class Generator:
    """Expressions of any of the types that the core knows."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        self.repeated: list[tuple[str, str]] = []

    def check(self) -> str:
        """A condition."""
        self.repeated = []
        return self.boolean(4)

    def expression(self) -> str:
        """A value of any type."""
        self.repeated = []
        return self.any(3)

    def any(self, depth: int) -> str:
        return self.of(self.chance.choice(["integer", "exact", "number", "text", "boolean", "day", "at", "double"]), depth)

    def of(self, kind: str, depth: int) -> str:
        """An expression of a kind; at times one that was there before."""
        again = [text for found, text in self.repeated if found == kind]
        if again and self.chance.random() < 0.2:
            return self.chance.choice(again)
        text = getattr(self, kind)(depth)
        if depth < 4 and self.chance.random() < 0.4:
            self.repeated.append((kind, text))
        return text

    def pick(self, *texts: str) -> str:
        return self.chance.choice(texts)

    def integer(self, depth: int) -> str:
        if depth <= 0:
            return self.pick("small", "n", "m", "big", "n", "m", "0", "1", "2", "-1", "7", "100", "2147483647", "5L", "3000000000", "32767", "null")
        one, two, d = self.of("integer", depth - 1), self.of("integer", depth - 1), depth - 1
        return self.pick(
            f"({one} + {two})", f"({one} - {two})", f"({one} * {two})", f"{one} % {self.of('integer', 0)}", f"({one} div {two})", f"-({one})",
            f"abs({one})", f"coalesce({one}, {two})", f"nullif({one}, {two})", f"case when {self.of('boolean', d)} then {one} else {two} end",
            f"if({self.of('boolean', d)}, {one}, {two})", f"length({self.of('text', d)})", f"cast({self.pick('code', 'code', 'name')} as {self.pick('int', 'bigint', 'smallint')})",
            f"cast({self.of('exact', d)} as {self.pick('int', 'bigint', 'smallint')})", f"cast({self.of('double', d)} as {self.pick('int', 'bigint', 'smallint')})",
            f"{self.pick('year', 'month', 'day', 'quarter', 'dayofweek', 'dayofyear', 'weekday', 'weekofyear', 'dayofmonth')}({self.pick(self.of('day', d), self.of('at', d))})",
            f"extract({self.pick('year', 'month', 'dow', 'week', 'hour', 'doy', 'quarter', 'day')} from {self.of('at', d)})",
            f"{self.pick('hour', 'minute')}({self.of('at', d)})", f"datediff({self.of('day', d)}, {self.of('day', d)})",
            f"case {one} when {two} then {self.of('integer', 0)} when 1 then 2 end", f"greatest({one}, {two})", f"least({one}, {two})",
            f"nvl2({one}, {two}, {self.of('integer', 0)})", f"cast({self.of('boolean', d)} as int)", f"octet_length({self.of('text', d)})",
            f"instr({self.of('text', d)}, {self.pick(repr('a'), repr('b'), repr(''), repr('日'))})",
        )  # fmt: skip

    def exact(self, depth: int) -> str:
        if depth <= 0:
            return self.pick("price", "rate", "wide", "price", "1.10", "0.5", "-2.5", ".25", "3.", "0.00", "n", "10")
        one, two, d = self.of("exact", depth - 1), self.of("exact", depth - 1), depth - 1
        return self.pick(
            f"({one} + {two})", f"({one} - {two})", f"({one} * {self.of('exact', 0)})", f"({one} / {self.pick('price', 'rate', '3', '1.10', 'm + 0.0')})",
            f"({self.pick('price', 'rate')} / {self.of('exact', 0)})", f"({one} % {two})", f"-({one})", f"abs({one})", f"round({one}, {self.pick('0', '1', '2')})",
            f"round({one})", f"coalesce({one}, {two})", f"cast({one} as decimal({self.pick('5,2', '10,0', '38,10', '18,8', '3,3', '20,1')}))",
            f"cast(code as decimal({self.pick('5,2', '10,0', '38,10', '20,1')}))", f"nullif({one}, {two})", f"greatest({one}, {two})",
            f"case when {self.of('boolean', d)} then {one} else {two} end", f"cast({self.of('integer', d)} as decimal({self.pick('5,2', '20,0')}))",
        )  # fmt: skip

    def double(self, depth: int) -> str:
        if depth <= 0:
            return self.pick("share", "part", "1e3", "0.1D", "2.5e-1", "-1e0", "share", "0e0", "0.1F")
        one, two, d = self.of("double", depth - 1), self.of("number", depth - 1), depth - 1
        return self.pick(
            f"({one} + {two})", f"({one} - {two})", f"({one} * {two})", f"({one} / {two})", f"({self.of('integer', d)} / {self.of('integer', d)})",
            f"({one} % {two})", f"-({one})", f"abs({one})", f"cast({self.of('exact', d)} as double)", f"cast({self.of('integer', d)} as {self.pick('double', 'float')})",
            "cast(code as double)", f"coalesce({one}, {two})", f"least({one}, {two})", f"greatest({one}, {two})", f"cast({one} as double)",
        )  # fmt: skip

    def number(self, depth: int) -> str:
        return self.of(self.pick("integer", "exact", "double"), depth)

    def text(self, depth: int) -> str:
        if depth <= 0:
            return self.pick("name", "code", "'a'", "'it''s'", "''", "' 5 '", "'ÉCOLE'", '"dq"', r"r'\d'", "'1'", "null")
        one, two, d = self.of("text", depth - 1), self.of("text", depth - 1), depth - 1
        return self.pick(
            f"concat({one}, {two})", f"({one} || {two})", f"upper({one})", f"lower({one})", f"{self.pick('trim', 'ltrim', 'rtrim', 'btrim')}({one})",
            f"substring({one}, {self.pick('0', '1', '2', '-1', '-3', '5')}, {self.pick('0', '1', '2', '-1', '9')})", f"substr({one}, {self.pick('0', '1', '3', '-2')})",
            f"left({one}, {self.pick('0', '1', '2', '-1')})", f"right({one}, {self.pick('0', '1', '2', '-1')})", f"replace({one}, {self.pick(repr('a'), repr('ab'))}, {self.pick(repr(''), repr('xyz'))})",
            f"coalesce({one}, {two})", f"nullif({one}, {two})", f"case when {self.of('boolean', d)} then {one} else {two} end", f"cast({self.of('integer', d)} as string)",
            f"cast({self.of('exact', d)} as string)", f"cast({self.of('at', d)} as string)", f"cast({self.of('day', d)} as string)", f"cast({self.of('boolean', d)} as string)",
            f"{self.pick('md5', 'lower')}({one})", f"sha2({one}, {self.pick('256', '0', '512')})", f"concat_ws('|', {one}, {two}, name)",
            f"split_part({one}, {self.pick(repr('-'), repr('a'), repr(' '), repr('ab'))}, {self.pick('1', '2', '-1', '-2', '5')})",
            f"concat({one}, {self.of('integer', d)})", f"({one} || {self.of('day', d)})",
        )  # fmt: skip

    def day(self, depth: int) -> str:
        if depth <= 0:
            return self.pick("day", "due", "date '2026-11-29'", "date'2024-02-29'", "day")
        one, d = self.of("day", depth - 1), depth - 1
        return self.pick(
            f"({one} + {self.of('integer', 0)})", f"({one} - {self.pick('1', 'small', 'n')})", f"date_add({one}, {self.pick('1', '-400', 'n', 'small')})",
            f"date_sub({one}, {self.pick('3', 'm')})", f"cast({self.of('at', d)} as date)", f"last_day({one})", f"coalesce({one}, {self.of('day', 0)})",
            f"to_date({self.of('at', d)})", f"trunc({self.pick(one, self.of('at', d))}, '{self.pick('year', 'MM', 'week', 'quarter', 'mon')}')", f"case when {self.of('boolean', d)} then {one} end", f"greatest({one}, {self.of('day', 0)})",
        )  # fmt: skip

    def at(self, depth: int) -> str:
        if depth <= 0:
            return self.pick("at", "at", "timestamp '2026-11-29 10:00:00'", "timestamp'1969-12-31 23:59:59.999999'")
        one, d = self.of("at", depth - 1), depth - 1
        unit = self.pick("YEAR", "quarter", "month", "week", "day", "hour", "minute", "second", "dd")
        return self.pick(f"date_trunc('{unit}', {self.pick(one, self.of('day', d))})", f"coalesce({one}, {self.of('day', d)})", f"cast({self.of('day', d)} as timestamp)", f"if({self.of('boolean', d)}, {one}, {self.of('at', 0)})", one)

    def boolean(self, depth: int) -> str:
        if depth <= 0:
            return self.pick("flag", "true", "n > 0", "n <> 0", "price is null", "false", "n = m", "flag")
        one, two, d = self.of("boolean", depth - 1), self.of("boolean", depth - 1), depth - 1
        kind = self.pick("integer", "exact", "number", "text", "day", "at", "double")
        a, b, c = self.of(kind, d), self.of(kind, d), self.of(kind, 0)
        sign = self.pick("=", "<>", "<", "<=", ">", ">=", "<=>", "!=", "==")
        return self.pick(
            f"({one} and {two})", f"({one} or {two})", f"not ({one})", f"({one} and {two}) or {self.of('boolean', 0)}", f"not {self.of('boolean', 0)} and {one}",
            f"({a} {sign} {b})", f"({a} {sign} {c})", f"({a} {sign} {b})", f"{a} between {b} and {c}", f"({a} not between {c} and {b})", f"({a} in ({b}, {c}))",
            f"{a} in ({c}, {c}, null)", f"{a} not in ({c}, {b})", f"({a} is null)", f"({a} is not null)", f"({one} is true)", f"({one} is not false)",
            f"case when {one} then {two} else {self.of('boolean', 0)} end", f"if({one}, {two}, {self.of('boolean', 0)})", f"coalesce({one}, {two})",
            f"({self.of('text', d)} like '{self.pick(*LIKES)}')", f"({self.of('text', d)} not like '{self.pick(*LIKES)}')",
            f"({self.of('text', d)} rlike r'{self.pick(*PATTERNS)}')", f"not {self.of('text', d)} rlike r'{self.pick(*PATTERNS)}'",
            f"(code {sign} {self.pick('5', '1', '5.5', '1e0', 'n', 'share', 'price', 'flag', 'true')})", f"code in ({self.pick('1, 2', '5, n')})",
            f"(share {sign} {self.pick(repr('1'), repr('1e3'), repr('NaN'), repr('abc'), repr('1_000'), repr('1d'))})", f"(n {sign} {self.pick(repr('5'), repr('0x10'), repr(' 1 '), repr('x'))})",
            f"(day {sign} '2026-11-29')", f"(at {sign} day)", f"(n <> 0 and {self.of('number', d)} / n > 1)", f"n = 0 or m / n between 1 and {c if kind == 'integer' else '100'}",
            f"startswith({self.of('text', d)}, 'a')", f"contains({self.of('text', d)}, 'b')", f"endswith({self.of('text', d)}, 'c')", f"({a} is distinct from {c})",
            f"isnull({a})", f"isnotnull({a})", f"({one} = {two})",
        )  # fmt: skip
