"""The contract's SQL: the core says what Spark says or leaves it to Spark, and one bad record never ends a run, in either."""

import random

import pyarrow as pa
import pytest
from batches import CSV, JSON_LINES, column, contract, convert
from partition_to_parquet import pipeline
from partition_to_parquet.errors import ContractInvalid
from partition_to_parquet.needs_spark import needs_spark
from partition_to_parquet.sql.evaluate import evaluate
from partition_to_parquet.sql.findings import sql_findings
from partition_to_parquet.sql.plan import Planned, SqlPlan, plan_sql
from partition_to_parquet.sql.types import NotPlain
from sql_comparison import compare, plain
from sql_generator import Generator, table
from without_spark import convert_here

# What went wrong once, or is easily taken otherwise.
WRITTEN = [
    "small between -3 and 10", "price > 1000000", "name <> 'a' and not flag", "share >= 0.1", "at < timestamp '2026-01-02 00:00:00'",
    "share in (0, 1)", "not (share in (0))", "part in (0, 1.5)", "share = '1'", "share > 'NaN'", "share = 'abc'", "share = '1_000'", "share = '1d'",
    "n = '0x10'", "n in (16, 5)", "n > ' 4 '", "n = 'abc'", "price = '1.1'", "code = 5", "code in (1, 2)", "code = 5.5", "code = true", "part = 0.1",
    "part = 0.1F", "part = cast(0.1 as float)", "cast(code as int) between 1 and 9", "code rlike r'^\\d+$' and cast(code as int) between 1 and 9",
    "cast(code as decimal(10,2))", "cast(code as double)", "cast(code as boolean)", "name like 'a%'", "name rlike r'^a$'", "name rlike r'a\\s$'",
    "n <> 0 and (m / n > 1 and m / n < 100)", "coalesce(nullif(n, 0), 1 / 0) > 0", "n > 0 or 1/0 > 0", "nullif(m / n, 1)", "case m / n when 1 then 2 end",
    "n <=> 3", "n is distinct from m", "price * rate", "price / 3", "wide % price", "cast(n as decimal(38,0)) % wide", "rate % 1.10", "small + small", "-small", "abs(n)", "big * 3", "big div -1",
    "upper(name)", "lower(name)", "trim(name)", "substring(name, 0, 2)", "substring(name, -2, 1)", "'it''s' = \"it's\"", "name || '-' || n",
    "cast(rate as string)", "cast(at as string)", "cast(day as string)", "day + 1", "date_add(day, n)", "year(day)", "extract(dow from day)", "weekofyear(day)",
    "cast(share as int)", "cast(share as bigint)", "cast(price as int)", "round(price, 1)", "greatest(share, part)", "true", "null is null",
    "case when flag then price else 0 end", "if(flag, n, null)", "day > '2026-11-29'", "at > day", "hour(at)", "last_day(day)",
    "datediff(date_sub(day, m), date_add(due, n))",
]  # fmt: skip
LEFT = [
    ("xxhash64(n) > 0", "the function xxhash64(int)"), ("name rlike '\\d'", "a backslash"), ("cast(share as string)", "a cast from double to string"),
    ("name rlike r'(?i)a'", "the pattern '(?i)a'"), ("missing > 1", "the column 'missing'"), ("n in ()", "an empty list"), ("try_cast(code as int)", "safe"),
    ("n = m is null", "predicates in a row"), ("name || n + 1", "'||' beside '+'"), ("cast(code as date)", "a cast from string to date"),
    ("day + interval 1 day", "INTERVAL"), ("+n > 1", "a plus as a sign"), ("'a' 'b' = name", "'CONCAT"), ("wide * wide", "a decimal of 77 digits"),
    ("n > (select 1)", "SELECT"), ("n > 1; select 1", "cannot parse|one expression"), ("x'1F' = name", "X'1F'|1F"), ("day > '2026-1-1'", "the literal '2026-1-1'"),
    ("-9223372036854775808L = big", "the literal"), ("name like 'a!%' escape '!'", "ESCAPE"), ("date '2026-02-30' = day", "the literal '2026-02-30'"),
]  # fmt: skip


def test_the_core_says_what_spark_says(spark):
    generator = Generator(20261129)
    made = [generator.check() if i % 2 else generator.expression() for i in range(60)]
    found = compare(spark, [*WRITTEN, *made], table(random.Random(5), 80))
    assert found.different == []
    assert found.compared > 9_000 and found.failed > 500


def test_every_character_has_the_cases_that_spark_gives_it(spark):
    texts = [f"{chr(code)}a" for code in range(1, 0x110000) if not 0xD800 <= code < 0xE000]
    names = pa.table({"name": texts})
    frame = spark.createDataFrame(names).selectExpr("upper(name)", "lower(name)", "length(trim(name))")
    for column_of, sql in zip(frame.toArrow().columns, ["upper(name)", "lower(name)", "length(trim(name))"], strict=True):
        ((found, _),) = evaluate([plain(sql)], names)
        assert found.to_pylist() == column_of.to_pylist(), sql


def test_what_was_written_by_hand_is_on_the_cores_list():
    for sql in WRITTEN:
        plain(sql)


@pytest.mark.parametrize(("sql", "why"), LEFT)
def test_other_sql_is_left_to_spark(sql, why):
    with pytest.raises(NotPlain, match=why.replace("(", r"\(").replace(")", r"\)").replace("+", r"\+").replace("?", r"\?")):
        plain(sql)


COLUMNS = [column("qty", "integer"), column("total", "decimal(9,2)"), column("s", "varchar(20)"), column("big", "bigint"), column("day", "date")]
ROWS = [
    (2, "5.00", "7", 1, "2026-11-29"), (0, "5.00", "7", 1, "2026-11-29"), (2, "5.00", "x", 1, "2026-11-29"),
    (2, "5.00", "7", 2**63 - 1, "2026-11-29"), (2, "5.00", "7", 1, "9999-12-31"), (None, None, None, None, None),
]  # fmt: skip
BODY = "qty,total,s,big,day\n" + "".join(",".join("" if value is None else str(value) for value in row) + "\n" for row in ROWS)
# Parts that fail on one of the rows each: division, cast, index, overflow, date.
FAILING = {
    "total / qty > 1": 2, "100 % qty >= 0": 2, "cast(s as int) > 1": 3, "split(s, '')[0] = '7'": None, "element_at(split(s, ' '), 1) <> 'x'": 3,
    "big + 1 > 0": 4, "to_date(concat('2026-', s), 'yyyy-M') > date '2026-01-01'": 3, "make_date(2026, cast(s as int), 1) > date '2026-01-01'": 3,
    "cast(total / qty as decimal(5,2)) > 1": 2,
}  # fmt: skip
SHAPES = [
    "{0}", "({0}) and ({0})", "({0}) or ({0})", "case when {0} then {0} else false end", "case ({0}) when true then true end", "coalesce({0}, {0})",
    "nullif({0}, false)", "({0}) between false and true", "if({0}, {0}, {0})", "({0}) in (true, ({0}))",
]  # fmt: skip


@pytest.fixture(params=["core", "spark"])
def run(request, monkeypatch, tmp_path):
    """Converts a batch with the SQL evaluated by the core, or all of it by Spark."""
    if request.param == "core":
        return lambda compiled, files: convert_here(compiled, files)
    spark = request.getfixturevalue("spark")
    monkeypatch.setattr(pipeline, "plan_sql", all_by_spark)
    numbers = iter(range(1_000))
    return lambda compiled, files: convert(spark, tmp_path / str(next(numbers)), compiled, files)


def all_by_spark(contract) -> SqlPlan:
    plan = plan_sql(contract)
    leave = lambda each: Planned(each.kind, each.name, each.sql, None, "a test")  # noqa: E731
    return SqlPlan(tuple(map(leave, plan.expressions)), tuple(map(leave, plan.checks)))


def outcome(result) -> tuple:
    rejects = sorted((r["record_number"], r["reason"], r["column"], r["rule"]) for r in result.rejects)
    return sorted(str(row) for row in result.rows), rejects, result.report["counts"]


def test_a_record_on_which_sql_fails_does_not_end_the_run(spark, tmp_path):
    """Every kind of failure in every shape that makes Spark compute it apart, in one check and in two."""
    for number, (sql, place) in enumerate(FAILING.items()):
        checks = {f"c{i}": shape.format(sql) for i, shape in enumerate(SHAPES)}
        result = convert(spark, tmp_path / str(number), contract(CSV, COLUMNS, checks=checks), {"a.csv": BODY.encode()})
        failed = {reject["record_number"] for reject in result.rejects if reject["reason"] == "check_failed"}
        assert place is None or place in failed, sql
        assert 1 not in failed and result.report["counts"]["read"] == len(ROWS), (sql, result.rejects)


def test_generated_failures_stay_with_their_record(run):
    chance = random.Random(11)
    parts = [sql for sql in FAILING if "split" not in sql and "to_date" not in sql and "make_date" not in sql]
    for _ in range(4):
        sql = chance.sample(parts, 2)
        checks = {f"c{i}": chance.choice(SHAPES).format(f"({chance.choice(sql)} or {chance.choice(sql)})") for i in range(3)}
        result = run(contract(CSV, COLUMNS, checks=checks), {"a.csv": BODY.encode()})
        assert 1 not in {reject["record_number"] for reject in result.rejects}, (checks, result.rejects)
        assert result.report["counts"]["read"] == len(ROWS)


GUARDED = [
    {"c": "qty <> 0 and (total / qty > 1 and total / qty < 100)"},
    {"a": "qty = 0 or total / qty > 1", "b": "qty = 0 or total / qty < 100"},
    {"c": "total / qty between 1 and 100"},
    {"c": "s rlike r'^\\d+$' and cast(s as int) between 1 and 9"},
    {"c": "cast(s as int) = 7 or s = 'x'"},
    {"c": "qty > 0 or 1/0 > 0"},
    {"c": "big + 1 > 0 and big + 1 < 9"},
]


def test_both_engines_reject_the_same_records(spark, tmp_path, monkeypatch):
    for number, checks in enumerate(GUARDED):
        compiled = contract(CSV, COLUMNS, checks=checks)
        here = outcome(convert_here(compiled, {"a.csv": BODY.encode()}))
        with monkeypatch.context() as patch:
            patch.setattr(pipeline, "plan_sql", all_by_spark)
            there = outcome(convert(spark, tmp_path / str(number), compiled, {"a.csv": BODY.encode()}))
        assert here == there, checks
        assert here[1], checks


def test_an_expression_that_fails_twice_rejects_its_record(run):
    columns = [*COLUMNS[:3], column("each", "decimal(9,4)", expression="total / qty"), column("percent", "decimal(12,4)", expression="total / qty * 100")]
    result = run(contract(CSV, columns, checks={"c": "each > 1"}, unknown_columns="ignore"), {"a.csv": BODY.encode()})
    assert [(r["record_number"], r["reason"], r["column"]) for r in result.rejects if r["column"]] == [(2, "wrong_type", "each")]
    assert sorted(str(row["percent"]) for row in result.rows) == ["250.0000"] * 4


def test_results_become_texts_as_sql_writes_them(run):
    columns = [
        column("p", "decimal(18,8)"), column("w", "decimal(38,18)"), column("at", "timestamp"), column("n", "bigint"), column("flag", "boolean"),
        *(column(f"{name}_text", "varchar(60)", expression=name) for name in ("p", "w", "at", "n", "flag")),
    ]  # fmt: skip
    body = "p,w,at,n,flag\n0,0.0000004,2026-11-29T10:00:00.1,-7,true\n0.00000001,1,2026-11-29,,\n"
    rows = sorted(run(contract(CSV, columns), {"a.csv": body.encode()}).rows, key=lambda row: row["p"])
    assert [[row[f"{name}_text"] for name in ("p", "w", "at", "n", "flag")] for row in rows] == [
        ["0.00000000", "0.000000400000000000", "2026-11-29 10:00:00.1", "-7", "true"],
        ["0.00000001", "1.000000000000000000", "2026-11-29 00:00:00", None, None],
    ]


def test_doubles_and_reals_become_texts_as_spark_writes_them(spark, tmp_path):
    columns = [column("d", "double precision"), column("r", "real"), *(column(f"{name}_text", "varchar(60)", expression=name) for name in "dr")]
    columns.append(column("r_number", "decimal(5,2)", expression="r"))
    (row,) = convert(spark, tmp_path, contract(CSV, columns), {"a.csv": b"d,r\n1e7,0.1\n"}).rows
    assert (row["d_text"], row["r_text"], str(row["r_number"])) == ("1.0E7", "0.1", "0.10")


def test_products_of_wide_decimals_are_not_cut(spark, tmp_path):
    columns = [column("a", "decimal(38,18)"), column("b", "decimal(38,18)"), column("c", "decimal(38,18)", expression="a * b")]
    result = convert(spark, tmp_path, contract(CSV, columns), {"a.csv": b"a,b\n0.0000004,1\n99999999999999999999,99999999999999999999\n"})
    assert [str(row["c"]) for row in result.rows] == ["4.00000000000E-7"]
    assert [(r["record_number"], r["reason"], r["column"]) for r in result.rejects] == [(2, "wrong_type", "c")]


@pytest.mark.parametrize(
    ("sql", "kind", "remedy"),
    [
        ("day - date '2026-01-01'", "interval day", "datediff"), ("make_ym_interval(1, 2)", "interval", "datediff"), ("binary('a')", "binary", "hex"),
        ("named_struct('a', day)", "struct", "to_json"), ("map('a', 1)", "map", "to_json"), ("array(1, 2)", "array", "to_json"),
        ("parse_json('{}')", "variant", "to_json"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("target", ["varchar(60)", "integer"])
def test_results_that_no_column_holds_are_refused(spark, tmp_path, sql, kind, remedy, target):
    columns = [column("day", "date"), column("x", target, expression=sql)]
    with pytest.raises(ContractInvalid, match=rf"column 'x' gives {kind}.*{remedy}"):
        convert(spark, tmp_path, contract(JSON_LINES, columns), {"a.json": b'{"day":"2026-01-02"}'})


def test_sql_that_spark_does_not_take_is_named(spark, tmp_path):
    for sql, message in [("smal > 1", "smal > 1"), ("s collate nocase = 'AB'", "collate"), ("length(s)", "gives int"), ("qty + 1", "gives int")]:
        with pytest.raises(ContractInvalid, match=message):
            convert(spark, tmp_path, contract(JSON_LINES, COLUMNS, checks={"c": sql}), {"a.json": b"{}"})


def test_core_and_spark_share_the_work(spark, tmp_path):
    """A contract of which the core evaluates some, and Spark the rest; the first failed check by the contract's order is named."""
    columns = [*COLUMNS, column("h", "bigint", expression="xxhash64(qty)"), column("half", "decimal(10,2)", expression="total / 2", round=True)]
    checks = {"mine": "qty <> 0", "theirs": "hash(qty) is not null and qty <> 0", "both": "half > 1 and h is not null"}
    for chosen in (checks, {"mine": checks["mine"]}, {"both": checks["both"]}, {"theirs": checks["theirs"], "mine": checks["mine"]}):
        compiled = contract(CSV, columns, checks=chosen)
        result = convert(spark, tmp_path / "-".join(chosen), compiled, {"a.csv": BODY.encode()})
        by_number = {r["record_number"]: r["rule"] for r in result.rejects}
        first = next(iter(chosen))
        assert by_number == ({6: "both"} if first == "both" else {2: first, 6: first})
        assert {str(row["half"]) for row in result.rows} == {"2.50"}


def test_what_needs_spark_is_said_with_the_reason():
    columns = [*COLUMNS, column("h", "bigint", expression="xxhash64(qty)"), column("t", "varchar(9)", expression="total")]
    compiled = contract(CSV, columns, checks={"fine": "qty > 0", "odd": "s rlike r'(?i)a'"})
    assert needs_spark(compiled) == [
        {"kind": "expression", "name": "h", "sql": "xxhash64(qty)", "why": "the function xxhash64(int)"},
        {"kind": "check", "name": "odd", "sql": "s rlike r'(?i)a'", "why": "the pattern '(?i)a'"},
    ]


def test_a_constant_that_always_fails_is_found():
    checks = {
        "a": "qty > 0 or 1/0 > 0", "b": "cast('x' as int) = qty", "c": "qty between 1 and 2147483647 + 1", "d": "qty / 0 > 1", "e": "qty > 1 / 2",
        "f": "total = '1_000'", "g": "qty % 2",
    }  # fmt: skip
    found = sql_findings(contract(CSV, COLUMNS, checks=checks))
    assert [(each["name"], each.get("fails", each.get("gives"))) for each in found] == [
        ("a", "1 / 0"), ("b", "CAST('x' AS INT)"), ("c", "2147483647 + 1"), ("d", "qty / 0"), ("f", "total = '1_000'"), ("g", "int"),
    ]  # fmt: skip


def test_a_check_that_is_no_condition_is_refused():
    with pytest.raises(ContractInvalid, match="the check 'odd' gives int, not true or false"):
        convert_here(contract(CSV, COLUMNS, checks={"odd": "qty % 2"}), {"a.csv": BODY.encode()})
