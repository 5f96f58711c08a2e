"""What is told of records, files and errors under a contract that protects columns: nothing that stood in a file.

A value that was protected may stand anywhere in a record that is broken: behind a lost delimiter, in place of a number, where a name
should be. So these texts are made of the contract's own words, and not of messages from which values would have to be taken.
"""

import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from ..columns import Typed
from ..contract import Contract
from ..errors import ContractInvalid, NeedsSpark, Reject, StructureChanged, Verdict
from .key import KeyUnusable

# The closed list of reasons. A failed check and a conflict tell of the contract alone, in words of their own.
_TEXTS = {
    "malformed_record": "the record cannot be read as the format says",
    "ragged_row": "the record has a different number of fields, or a different length, than the contract says",
    "trailing_text": "text follows the record",
    "not_an_object": "the record is not an object",
    "too_deep": "the record is nested too deeply",
    "invalid_encoding": "bytes are not valid in the declared encoding",
    "nul_character": "the value contains a NUL character",
    "missing_required": "no value, but the column is required",
    "wrong_type": "the value does not fit its column's type",
    "not_exact": "the column cannot hold the value exactly",
    "out_of_range": "the value is outside the range of its column",
    "too_long": "the value is longer than its column",
}
_OWN_WORDS = ("check_failed", "conflicting_key")
_WHY = "values are not shown, since the contract protects columns"

# Parts of messages about files that say nothing of their content.
_CAUSES = (
    "is empty", "was cut off", "is encrypted", "cannot be unpacked", "is not unpacked", "is damaged", "byte order mark", "uses entities",
    "is not a JSON document", "is not well-formed XML", "split it into several files", "without a password", "contains bytes that are not",
)  # fmt: skip
_QUOTED = re.compile(r"'([^']*)'")


def withheld(typed: Typed, contract: Contract) -> Typed:
    """The records without their raw text, unless the contract keeps it, and rejects with the contract's own words."""
    if not contract.protected:
        return typed
    raw = typed.raw if contract.keeps_raw else _nothing
    return replace(typed, raw=raw, rejects=[_told(reject, contract) for reject in typed.rejects])


def _nothing(_row: int) -> bytes:
    """In place of the raw text of a record; the rejects have none at all."""
    return b""


def _told(reject: Reject, contract: Contract) -> Reject:
    raw = reject.raw if contract.keeps_raw else b""
    if reject.code in _OWN_WORDS:
        return replace(reject, raw=raw)
    text = _TEXTS.get(reject.code, "the record violates the contract")
    return replace(reject, raw=raw, message=f"column '{reject.column}': {text}" if reject.column else text)


def verdict_withheld(verdict: Verdict, contract: Contract) -> Verdict:
    """The verdict in words that say nothing of what the file holds: its kind, known causes, and which columns it is about."""
    if not contract.protected or verdict.tells_no_content:
        return verdict
    file = f"'{verdict.file}'" if verdict.file else "a file"
    if isinstance(verdict, StructureChanged):
        names = {str(name) for column in contract.columns for name in (column.name, column.source) if name is not None}
        about = [name for name in dict.fromkeys(_QUOTED.findall(verdict.message)) if name in names]
        named = f"; it is about {', '.join(repr(name) for name in about)}" if about else ""
        return type(verdict)(f"the columns of {file} are not those of the contract{named} ({_WHY})", verdict.file)
    causes = [cause for cause in _CAUSES if cause in verdict.message]
    why = f": {'; '.join(causes)}" if causes else ""
    return type(verdict)(f"{file} cannot be read as the contract says{why} ({_WHY})", verdict.file)


def warnings_withheld(warnings: set[tuple[str, str]], contract: Contract) -> set[tuple[str, str]]:
    """Warnings name columns of a file. Where no column must be there, a first record may have been taken for the header."""
    if not contract.protected or any(not column.optional for column in contract.plain if column.source is not None):
        return warnings
    return {(_QUOTED.sub("'***'", text), key) for text, key in warnings}


class Withheld(Exception):
    """An error whose own message may hold a value: its type, and where in the code it was raised."""


@contextmanager
def shielded(contract: Contract) -> Iterator[None]:
    """Raises errors that nobody foresaw without their messages, which end in logs and histories; those of our own as they are."""
    try:
        yield
    except (Verdict, ContractInvalid, NeedsSpark, KeyUnusable, Withheld, MemoryError):
        raise
    except Exception as error:
        if not contract.protected or type(error).__module__.startswith(("botocore", "boto3")):
            raise
        places = [
            f"{frame.name} ({frame.filename.rsplit('/', 1)[-1]}:{frame.lineno})"
            for frame in traceback.extract_tb(error.__traceback__)[-3:]
        ]
        raise Withheld(f"{type(error).__name__} in {', '.join(places)}; {_WHY}") from None
