"""What libraries raise about a file, in the words of a verdict."""

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from ...batch import SourceFile
from ...errors import FileUnreadable, Verdict
from ...ranges import Opened

# Arrow's errors for data are ValueErrors, OSErrors and NotImplementedErrors of Python.
_DATA_ERRORS = (pa.ArrowException, OSError, ValueError, KeyError, IndexError, NotImplementedError, EOFError, OverflowError)
# What a library says of a file as it does of no other.
_REMEDIES = (("more than 64 bits", "; have the producer write a decimal or a text in place of its 128-bit integers (polars' Int128)"),)


@contextmanager
def reading(file: SourceFile, opened: Opened | None, what: str) -> Iterator[None]:
    """Raises FileUnreadable for what is wrong with the file, and lets pass what is wrong with storage or memory."""
    try:
        yield
    except (MemoryError, Verdict):
        raise
    except _DATA_ERRORS as error:
        failure = opened.storage_failure() if opened is not None else None
        if failure is not None:
            raise failure from None
        remedy = next((remedy for text, remedy in _REMEDIES if text in str(error)), "")
        raise FileUnreadable(f"'{file.key}' cannot be read as {what}: {_short(error)}{remedy}", file.key) from error


def _short(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if len(text) <= 300 else f"{text[:300]}…"
