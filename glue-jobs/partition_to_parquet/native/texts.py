"""Texts of a file into a column: as CSV's, each different one of a dictionary once."""

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..contract import Column
from ..errors import BadValue
from ..standardise import build_array, default_of
from ..values.fast import take_fast
from ..values.kinds import Faulty, Nested, quoted
from ..values.strings import strings_of
from .kinds import JSON, Native
from .strict import Result, strictly

# So many values tell whether a column repeats itself.
_SAMPLE_ROWS = 1024


def short_texts(texts: pa.Array, column: Column) -> Result:
    """Texts of ASCII that only need be short enough."""
    needs_rule = column.required or default_of(column) is not None
    open_rows = strings_of(texts).sizes > column.room
    if needs_rule and texts.null_count:
        open_rows = open_rows | texts.is_null().to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(open_rows)
    if not len(rows):
        return texts, []
    raws = [None if text is None else text for text in texts.take(pa.array(rows)).to_pylist()]
    values, failures = strictly(raws, column)
    return pc.replace_with_mask(texts, pa.array(open_rows), values), [(int(rows[place]), error) for place, error in failures]


def take_texts(native: Native, column: Column, may_code: bool = False) -> Result:
    """Texts, as CSV's; each different one of a dictionary, or of texts that repeat, once. With `may_code` they may stay a dictionary."""
    array = native.array
    if not pa.types.is_dictionary(array.type):
        if not _repeats(array):
            return _typed_texts(array, native.kind, column)
        array = array.dictionary_encode()
    if len(array.dictionary) * 2 > len(array):
        return _typed_texts(array.dictionary_decode(), native.kind, column)
    # The last entry stands for NULL.
    dictionary = pa.concat_arrays([array.dictionary.cast(pa.string(), safe=False), pa.nulls(1, pa.string())])
    values, faults = _typed_texts(dictionary, native.kind, column)
    codes = array.indices.fill_null(len(dictionary) - 1) if array.null_count else array.indices
    typed = _coded(values, codes) if may_code else values.take(codes)
    if not faults:
        return typed, []
    by_code = dict(faults)
    at = codes.to_numpy(zero_copy_only=False)
    return typed, [(int(row), by_code[int(at[row])]) for row in np.flatnonzero(np.isin(at, list(by_code)))]


def _repeats(array: pa.Array) -> bool:
    """Whether most values occur more than once, as far as some of them tell."""
    if len(array) < _SAMPLE_ROWS:
        return False
    sample = array.take(pa.array(np.linspace(0, len(array) - 1, _SAMPLE_ROWS).astype(np.int64)))
    return len(sample.unique()) * 4 < len(sample)


def _coded(values: pa.Array, codes: pa.Array) -> pa.DictionaryArray:
    """The values at some places as a dictionary without NULL, and without a text twice: Parquet's writer takes it as it is."""
    different = values.dictionary_encode()
    # The last value stands for NULL; where it alone is NULL, the places are those of the dictionary already.
    if different.null_count != 1 or values[-1].is_valid or len(different.dictionary) < len(values) - 1:
        return pa.DictionaryArray.from_arrays(different.indices.take(codes), different.dictionary)
    missing = pc.equal(codes, len(values) - 1)
    places = pc.if_else(missing, pa.scalar(None, codes.type), codes) if pc.any(missing).as_py() else codes
    return pa.DictionaryArray.from_arrays(places, different.dictionary)


def _typed_texts(array: pa.Array, kind: str, column: Column) -> Result:
    texts, wrong = _decoded(array)
    typed, bad = _texts_into(texts, kind, column)
    if not wrong:
        return typed, bad
    return typed, sorted([*wrong.items(), *(each for each in bad if each[0] not in wrong)], key=lambda each: each[0])


def _texts_into(texts: pa.Array, kind: str, column: Column) -> Result:
    if kind == JSON and (column.type == "super" or column.as_json):
        return strictly([None if text is None else _json(text) for text in texts.to_pylist()], column)
    if column.type == "super" or column.as_json:
        return strictly(texts.to_pylist(), column)
    strings = strings_of(texts)
    taken = take_fast(strings, column) if len(texts) else None
    typed, open_rows = taken if taken is not None else (build_array([None] * len(texts), column), np.ones(len(texts), dtype=bool))
    if column.nulls:
        open_rows = open_rows | pc.is_in(texts, pa.array(sorted(column.nulls))).fill_null(False).to_numpy(zero_copy_only=False)
    keeps_empty = column.keep_empty and column.is_text
    if not column.required and default_of(column) is None:
        # NULL, and what is empty unless empty texts are kept, needs no rule.
        nothing = texts.is_null().to_numpy(zero_copy_only=False) if keeps_empty else strings.sizes == 0
        open_rows = open_rows & ~nothing
        if nothing.any():
            typed = pc.if_else(pa.array(nothing), pa.scalar(None, typed.type), typed)
    rows = np.flatnonzero(open_rows)
    if not len(rows):
        return typed, []
    values, failures = strictly(texts.take(pa.array(rows)).to_pylist(), column)
    typed = pc.replace_with_mask(typed, pa.array(open_rows), values)
    return typed, [(int(rows[place]), error) for place, error in failures]


def _json(text: str) -> str | None:
    """A text that the file's schema calls JSON."""
    try:
        return None if msgspec.json.decode(text) is None else Nested(text)
    except (msgspec.DecodeError, RecursionError):
        return Faulty(f"{quoted(text)} is not JSON, as the file's schema says", "wrong_type")


def _decoded(array: pa.Array) -> tuple[pa.Array, dict[int, BadValue]]:
    """The texts of an array of strings or bytes; those that are no UTF-8 are NULL, and named."""
    texts = array if pa.types.is_string(array.type) else array.cast(pa.string(), safe=False)
    try:
        texts.validate(full=True)
        return texts, {}
    except pa.ArrowInvalid:
        pass
    values: list[str | None] = []
    wrong: dict[int, BadValue] = {}
    for row, value in enumerate(texts.cast(pa.binary()).to_pylist()):
        try:
            values.append(None if value is None else value.decode())
        except UnicodeDecodeError as error:
            values.append(None)
            shown = value[max(error.start - 20, 0) : error.end + 20].decode("utf-8", "backslashreplace")
            wrong[row] = BadValue("invalid_encoding", f"byte {error.start + 1} of the value is not UTF-8: '{shown}'")
    return pa.array(values, pa.string()), wrong
