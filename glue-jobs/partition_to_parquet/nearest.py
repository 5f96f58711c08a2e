"""The known name that looks most like a wrong one, for messages."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The most similar known name, also across case; None where nothing is similar."""
    by_case = {candidate.lower(): candidate for candidate in known}
    found = get_close_matches(name.lower(), list(by_case), n=1, cutoff=0.5)
    return by_case[found[0]] if found else None


def hint(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` or nothing."""
    found = nearest(name, known)
    return "" if found is None else f"; the nearest name is '{found}'"
