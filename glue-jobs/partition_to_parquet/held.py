"""One pass over a batch that its tasks can hold: they keep their typed records until it is known which identities repeat.

What cannot be held, or was divided at a wrong place, is left to the two passes of `run_batch.py`.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from .columns import Typed
from .errors import Verdict
from .executors import Conversation, Executor, Steps
from .finish import Finisher, hash_identity
from .notes import Notes
from .outcome import Outcome
from .parts import Part, Work
from .pipeline import Chunks, converse_groups, run_groups
from .plan import expected_bytes, misread_files
from .survey import Survey, looking, numbered, part_name
from .suspects import EXACT_HASHES, Suspects, gather, look_for_repeated

# What all tasks together hold of a batch, typed; and the files that are tried, which mostly are about as large.
HELD_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class Held:
    """What became of a batch in one pass: the tasks' outcomes, and the groups of parts with their records numbered."""

    outcomes: list[Outcome]
    groups: list[list[Part]]


def convert_held(executor: Executor, work: Work, groups: Sequence[Sequence[Part]]) -> Held | None:
    """Converts the groups in one pass, one task each; None where that is left to two passes. Raises a Verdict."""
    if not executor.holds or sum(expected_bytes(work, file) for file in work.batch.files) > HELD_BYTES:
        return None
    tasks = _opened(executor, replace(work, proves=True), groups)
    if tasks is None:
        return None
    with tasks as conversation:
        surveys = conversation.say(list(enumerate(groups)))
        if any(survey is None for survey in surveys) or _is_misread(groups, surveys):
            return None
        for survey in surveys:
            if isinstance(survey, Verdict):
                raise survey
        found = look_for_repeated(np.concatenate([survey.hashes for survey in surveys]), EXACT_HASHES)
        counted = numbered(groups, surveys)
        shifts = [after[0].first_record - before[0].first_record for before, after in zip(groups, counted, strict=True)]
        suspects = gather([found])
        return Held(conversation.say([(suspects, shift) for shift in shifts]), counted)


def _opened(executor: Executor, work: Work, groups: Sequence[Sequence[Part]]) -> AbstractContextManager[Conversation] | None:
    return converse_groups(executor, work, len(groups), partial(_hold_part, HELD_BYTES // max(1, len(groups))))


def _is_misread(groups: Sequence[Sequence[Part]], surveys: Sequence[Survey | Verdict]) -> bool:
    """Whether a range of a file may have been read wrongly, or was judged: only the whole file tells."""
    notes = Notes()
    for group, survey in zip(groups, surveys, strict=True):
        if not isinstance(survey, Verdict):
            notes.add(survey.notes)
        elif any(part.start or part.end is not None for part in group):
            return True
    return bool(misread_files(groups, notes))


def _hold_part(most: int, work: Work, number: int, chunks: Chunks, notes: Notes) -> Steps:
    """Reads all, says what was learned, or None for more than `most` bytes; with the suspects it goes on to the outcome."""
    held: list[tuple[int, Typed]] = []
    hashes: list[np.ndarray] = [np.zeros(0, dtype=np.uint64)]
    records: dict[int, int] = {}
    size = 0
    for file, typed in chunks:
        size += typed.table.nbytes + sum(len(reject.raw) for reject in typed.rejects)
        if size > most:
            return None
        records[file] = records.get(file, 0) + typed.table.num_rows + len(typed.rejects)
        if work.contract.identity:
            hashes.append(hash_identity(typed.table, work))
        # The text of the records is not held; that of a conflict is read again.
        held.append((file, replace(typed, raw=_not_held)))
    suspects, shift = yield Survey(records, np.concatenate(hashes), notes)
    return _ended(work, number, _drained(held, shift), iter(hashes[1:]), suspects, notes)


def _drained(held: list[tuple[int, Typed]], shift: int) -> Iterator[tuple[int, Typed]]:
    """What is held, with the numbers that the records have in their file; each is let go once it is taken."""
    held.reverse()
    while held:
        file, typed = held.pop()
        rejects = [replace(reject, record_number=reject.record_number + shift) for reject in typed.rejects]
        yield file, replace(typed, records=typed.records + shift, rejects=rejects)


def _ended(work: Work, number: int, chunks: Chunks, hashes: Iterator[np.ndarray], suspects: Suspects, notes: Notes) -> Outcome:
    finisher = Finisher(work, part_name(number), suspects)
    for file, typed in chunks:
        finisher.take(file, typed, next(hashes, None))
    outcome = finisher.close()
    outcome.note(notes)
    return outcome


def _not_held(_: int) -> None:
    return None


def read_raw(
    executor: Executor, work: Work, groups: Sequence[Sequence[Part]], wanted: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], bytes]:
    """The text of records by (file, record number), read again."""
    found: dict[tuple[int, int], bytes] = {}
    for texts in run_groups(executor, looking(work), groups, partial(_end_raw, frozenset(wanted))):
        if isinstance(texts, Verdict):
            raise texts
        found.update(texts)
    return found


def _end_raw(
    wanted: frozenset[tuple[int, int]], work: Work, number: int, chunks: Chunks, notes: Notes
) -> dict[tuple[int, int], Any]:
    texts: dict[tuple[int, int], Any] = {}
    by_file: dict[int, np.ndarray] = {}
    for file, typed in chunks:
        if file not in by_file:
            by_file[file] = np.array(sorted(record for each, record in wanted if each == file), dtype=np.int64)
        for row in np.flatnonzero(np.isin(typed.records, by_file[file])):
            texts[file, int(typed.records[row])] = typed.raw(int(row))
    return texts
