"""How producers write numbers: decimal commas, groups of thousands, minus signs behind, currencies and percent signs."""

import re
from functools import cache

from ..contract import NumberFormat

# A blank between thousands is often one that does not break.
_BLANKS = "[ \u00a0\u202f]"


def plain_number(text: str, form: NumberFormat) -> str | None:
    """The number with a point and a leading sign; None where `form` does not know this way of writing it."""
    sign, body = "", _stripped(text, form)
    if "parentheses" in form.negative and body.startswith("(") and body.endswith(")"):
        sign, body = "-", _stripped(body[1:-1], form)
        if body[:1] in ("+", "-"):
            return None
    elif "trailing" in form.negative and body.endswith("-"):
        sign, body = "-", _stripped(body[:-1], form)
        if body[:1] in ("+", "-"):
            return None
    elif body[:1] in ("+", "-"):
        sign, body = body[0], _stripped(body[1:], form)
    match = _body(form).fullmatch(body)
    if match is None:
        return None
    whole, fraction, exponent = match.groups()
    if form.thousands:
        whole = re.sub(r"\D", "", whole)
    return f"{sign}{whole}{'' if fraction is None else '.' + fraction}{exponent or ''}"


def _stripped(text: str, form: NumberFormat) -> str:
    """The text without the texts of `strip` at its ends, and without blanks beside those."""
    found = True
    while found and form.strip:
        found = False
        for affix in form.strip:
            if text.startswith(affix):
                text, found = text[len(affix) :].lstrip(), True
            if affix and text.endswith(affix):
                text, found = text[: -len(affix)].rstrip(), True
    return text


@cache
def _body(form: NumberFormat) -> re.Pattern[str]:
    whole = r"\d*"
    if form.thousands:
        between = _BLANKS if form.thousands == " " else re.escape(form.thousands)
        whole = rf"[1-9]\d{{0,2}}(?:{between}\d{{3}})+|\d*"
    return re.compile(rf"({whole})(?:{re.escape(form.decimal)}(\d*))?([eE][+-]?\d+)?", re.ASCII)
