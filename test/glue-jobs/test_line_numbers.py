"""A rejected record tells the line on which it begins, however the batch is divided."""

import random

import pytest
from batches import CSV, JSON_LINES, column, contract
from test_large_batches import divide
from without_spark import convert_here

COLUMNS = [column("id", "varchar(12)", required=True), column("amount", "integer")]
CHECKS = {"not_odd": "amount <> 13"}


def told(result) -> dict[str, int | None]:
    """The line of each reject, by the token that begins it."""
    return {token_of(reject["raw"]): reject["line_number"] for reject in result.rejects}


def token_of(raw: str) -> str:
    return next(piece for piece in raw.replace('"', " ").replace(",", " ").replace("<", " ").replace(">", " ").split() if piece[0] == "k")


def expected(text: str, tokens) -> dict[str, int]:
    """The line of a token, by counting line ends before it."""
    return {token: text[: text.index(token)].count("\n") + 1 for token in tokens}


def bad_csv(seed: int, newlines: bool) -> str:
    chance = random.Random(seed)
    lines = ["id,amount,note"]
    for number in range(400):
        amount = chance.choice(["1", "2", "x", "13", "1,2,3", "9"])
        note = chance.choice(["plain", '"two\nlines"', '"a""\n\nb"']) if newlines else "plain"
        lines.append(f"k{number:04d},{amount},{note}")
        if chance.random() < 0.2:
            lines.append(chance.choice(["", "   ", "\r"]))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("is_divided", [False, True])
@pytest.mark.parametrize("newlines", [False, True])
@pytest.mark.parametrize("load", [{}, {"key": ["id"]}])
def test_csv(monkeypatch, is_divided, newlines, load):
    if is_divided:
        divide(monkeypatch)
    text = bad_csv(7, newlines)
    again = "\n".join(["k0009,77,again", "k0009,78,again"]) if load else ""
    result = convert_here(contract(CSV, COLUMNS, checks=CHECKS, load=load), {"a.csv": (text + again).encode()})
    found = told(result)
    tokens = [token for token in found if not (load and token == "k0009")]
    assert len(tokens) > 100
    assert {token: found[token] for token in tokens} == expected(text, tokens)


def test_conflicting_records_too():
    text = "id,amount\n\nk1,1\nk2,1\n\nk1,2\n"
    result = convert_here(contract(CSV, COLUMNS, load={"key": ["id"]}), {"a.csv": text.encode()})
    assert [(reject["reason"], reject["line_number"]) for reject in result.rejects] == [("conflicting_key", 3), ("conflicting_key", 6)]


def test_lines_behind_a_preamble():
    text = "sep=,\nid,amount\nunit,EUR\nk1,x\n"
    found = convert_here(contract({**CSV, "skip_after_header": 1}, COLUMNS), {"a.csv": text.encode()})
    assert told(found) == {"k1": 4}


@pytest.mark.parametrize("is_divided", [False, True])
def test_json_lines(monkeypatch, is_divided):
    if is_divided:
        divide(monkeypatch)
    chance = random.Random(3)
    lines = []
    for number in range(600):
        lines.append(f'{{"id": "k{number:04d}", "amount": {chance.choice(["1", "true", "13", chr(34) + "x" + chr(34), "}", "7"])}}}')
        lines.extend([""] * chance.choice([0, 0, 0, 2]))
    text = "\n".join(lines)
    result = convert_here(contract(JSON_LINES, COLUMNS, checks=CHECKS), {"a.json": text.encode()})
    found = {reject["raw"][8:13]: reject["line_number"] for reject in result.rejects}
    assert len(found) > 200
    assert found == expected(text, found)


@pytest.mark.parametrize("is_divided", [False, True])
def test_fixed_width(monkeypatch, is_divided):
    if is_divided:
        divide(monkeypatch)
    form = {"type": "fixed", "unit": "characters", "skip_lines": 2, "comment": "#"}
    columns = [column("id", "varchar(12)", **{"from": "1-5"}), column("amount", "integer", **{"from": "6-8"})]
    chance = random.Random(5)
    lines = ["head", "unit"]
    for number in range(800):
        lines.append(f"k{number:04d}{chance.choice(['  1', '  x', ' 13', '1', '   more'])}")
        lines.extend(chance.choice([[], [], ["# remark"], [""]]))
    text = "\n".join(lines)
    result = convert_here(contract(form, columns, checks=CHECKS), {"a.txt": text.encode()})
    found = {reject["raw"][:5]: reject["line_number"] for reject in result.rejects}
    assert len(found) > 300
    assert found == expected(text, found)


@pytest.mark.parametrize("records", [12, 90])
def test_xml(records):
    chance = random.Random(records)
    body = "".join(
        f"<r>\n <id>k{number:04d}</id>\n <amount>{chance.choice(['1', 'x', '13', '<b>', '2'])}</amount></r>\n" for number in range(records)
    )
    text = f"<?xml version='1.0'?>\n<!-- one\ntwo -->\n<all>\n{body}</all>"
    form = {"type": "xml", "record": ["r"], "namespaces": {}}
    result = convert_here(contract(form, COLUMNS, checks=CHECKS), {"a.xml": text.encode()})
    found = told(result)
    assert len(found) > records / 4
    # A record begins at its tag, the line above its id.
    assert found == {token: line - 1 for token, line in expected(text, found).items()}
