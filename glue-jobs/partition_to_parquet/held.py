"""One pass over a batch that its tasks can hold: they keep their typed records until it is known which identities repeat.

What cannot be held, or was divided at a wrong place, is left to the two passes of `run_batch.py`.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial

import numpy as np

from .columns import Typed
from .errors import Reject, Verdict
from .executors import Conversation, Executor, Steps
from .finish import Finisher, hash_identity, settle_bucket, settle_streams
from .line_numbers import unknown_line
from .notes import Notes
from .outcome import Outcome
from .parts import Part, Work
from .pipeline import Chunks, converse_groups, run_groups
from .plan import expected_bytes, misread_files
from .rejects import conflict_inside
from .restricted import Numbered
from .survey import Survey, concluded, looking, part_name
from .suspects import EXACT_HASHES, NOBODY, look_for_repeated

# What all tasks together hold of a batch, typed; and the files that are tried, which mostly are about as large.
HELD_BYTES = 256 * 1024 * 1024


def convert_held(executor: Executor, work: Work, groups: Sequence[Sequence[Part]]) -> Outcome | None:
    """Converts the groups in one pass, one task each; None where that is left to two passes. Raises a Verdict."""
    total = sum(expected_bytes(work, file) for file in work.batch.files)
    if not executor.holds or total > HELD_BYTES:
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
        surveyed = concluded(groups, surveys, [found], total)
        shifts = [_shift(before, after) for before, after in zip(groups, surveyed.groups, strict=True)]
        ends = conversation.say([(surveyed.suspects, surveyed.buckets, *shift) for shift in shifts])
    outcome = Outcome()
    by_bucket: dict[int, list[bytes]] = {}
    for end, pieces in ends:
        outcome.add(end)
        for bucket, piece in pieces:
            by_bucket.setdefault(bucket, []).append(piece)
    if outcome.asides:
        outcome.add(settle_streams(work, "settled", outcome.asides))
    for settled in executor.map(partial(_settle_pieces, work), sorted(by_bucket.items())):
        outcome.add(settled)
    if outcome.conflicts:
        outcome.add(_reject_conflicts(executor, work, surveyed.groups, outcome.conflicts))
    return outcome


def _settle_pieces(work: Work, held: tuple[int, list[bytes]]) -> Outcome:
    return settle_bucket(work, *held)


def _shift(before: Sequence[Part], after: Sequence[Part]) -> tuple[int, int]:
    """By how much the numbers of a group's records and lines grow. A range is the only part of its group."""
    return after[0].first_record - before[0].first_record, after[0].first_line - before[0].first_line


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
        size += typed.table.nbytes + sum(len(reject.raw or b"") for reject in typed.rejects)
        if size > most:
            return None
        records[file] = records.get(file, 0) + typed.table.num_rows + len(typed.rejects)
        if work.contract.identity:
            hashes.append(hash_identity(typed.table, work))
        # The text of the records is not held; that of a conflict is read again.
        held.append((file, replace(typed, raw=_not_held, line=unknown_line)))
    suspects, buckets, records_before, lines_before = yield Survey(records, np.concatenate(hashes), notes)
    finisher = Finisher(work, part_name(number), suspects)
    waiting = iter(hashes[1:])
    for file, typed in _drained(held, records_before, lines_before):
        finisher.take(file, typed, next(waiting, None))
    pieces = list(finisher.spread_aside(buckets)) if buckets else []
    outcome = finisher.close()
    outcome.note(notes)
    return outcome, pieces


def _drained(held: list[tuple[int, Typed]], records_before: int, lines_before: int) -> Iterator[tuple[int, Typed]]:
    """What is held, with the numbers that the records have in their file; each is let go once it is taken."""
    held.reverse()
    while held:
        file, typed = held.pop()
        rejects = [_moved(reject, records_before, lines_before) for reject in typed.rejects]
        yield file, replace(typed, records=typed.records + records_before, rejects=rejects)


def _moved(reject: Reject, records_before: int, lines_before: int) -> Reject:
    line = reject.line_number
    return replace(
        reject, record_number=reject.record_number + records_before, line_number=None if line is None else line + lines_before
    )


def _not_held(_: int) -> None:
    return None


def _reject_conflicts(
    executor: Executor, work: Work, groups: Sequence[Sequence[Part]], conflicts: Iterable[tuple[int, int]]
) -> Outcome:
    """Reads the text of records again, by (file, record number), and rejects them."""
    by_file: dict[int, list[int]] = {}
    for file, record in conflicts:
        by_file.setdefault(file, []).append(record)
    numbers = {file: np.unique(np.array(records, dtype=np.int64)) for file, records in by_file.items()}
    parts = [kept for group in groups if (kept := [part for part in group if part.file in numbers])]
    finisher = Finisher(work, "conflicts", NOBODY)
    for texts in run_groups(executor, replace(looking(work), only=Numbered(numbers)), parts, _end_texts):
        if isinstance(texts, Verdict):
            raise texts
        for file, record, raw, line in texts:
            finisher.reject(file, [conflict_inside(work.contract, record, raw, line)])
    return finisher.close()


def _end_texts(work: Work, number: int, chunks: Chunks, notes: Notes) -> list[tuple[int, int, bytes, int | None]]:
    return [
        (file, record, typed.raw(row), typed.line(record))
        for file, typed in chunks
        for row, record in enumerate(typed.records.tolist())
    ]
