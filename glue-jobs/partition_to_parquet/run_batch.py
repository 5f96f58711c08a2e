"""Runs a batch: a small one in a single task, a large one in two passes over parts of its files."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from .columns import Typed
from .errors import Verdict
from .finish import Finisher, aside_key, finish_alone, from_stream, hash_identity
from .keys import contains, repeated
from .notes import Notes
from .outcome import Outcome
from .parts import Part, Work
from .pipeline import run_groups
from .plan import is_small, misread_files, plan_parts

# More undecided rows than this are settled by tasks, in buckets of about this many.
SETTLE_ROWS = 100_000


def run_batch(spark: Any, work: Work, seconds: dict[str, float]) -> Outcome:
    """Converts every file of the batch. Raises a Verdict where the batch cannot be judged."""
    clock = _Clock(seconds)
    if not work.batch.files:
        return Outcome()
    if is_small(work):
        parts = [Part(index, file.index) for index, file in enumerate(work.batch.files)]
        outcome = _add_up(run_groups(spark, work, [parts], end_alone))
        clock.stop("convert")
        return outcome
    groups, suspects, buckets = _survey(spark, work)
    clock.stop("survey")
    results = run_groups(spark, work, groups, partial(end_part, suspects, buckets))
    outcome = _add_up(results)
    clock.stop("convert")
    if buckets:
        names = [part_name(number) for number in range(len(groups))]
        tasks = partial(settle_bucket, work, names)
        outcome.add(_add_up(spark.sparkContext.parallelize(range(buckets), buckets).map(tasks).collect()))
    elif streams := [result.aside for result in results if result.aside]:
        finisher = Finisher(work, "settled", np.zeros(0, dtype=np.uint64))
        finisher.settle(from_stream(stream) for stream in streams)
        outcome.add(finisher.close())
    clock.stop("settle")
    return outcome


class _Clock:
    """Notes how long each stage took."""

    def __init__(self, seconds: dict[str, float]):
        self.seconds, self.since = seconds, time.monotonic()

    def stop(self, stage: str) -> None:
        now = time.monotonic()
        self.seconds[stage] = now - self.since
        self.since = now


@dataclass
class Survey:
    """What the first pass learns of one group: records by file, the hashes of their identities, notes."""

    records: dict[int, int]
    hashes: np.ndarray
    notes: Notes


def _survey(spark: Any, work: Work) -> tuple[list[list[Part]], np.ndarray, int]:
    """The groups with their records numbered, the hashes of identities seen twice, and buckets for their rows."""
    parallelism = spark.sparkContext.defaultParallelism
    groups = plan_parts(work, parallelism)
    has_ranges = any(part.start for group in groups for part in group)
    if not work.contract.identity and not has_ranges:
        return groups, np.zeros(0, dtype=np.uint64), 0
    looking = _looking(work)
    surveys = run_groups(spark, looking, groups, end_survey)
    if whole := _to_read_whole(groups, surveys):
        groups = plan_parts(work, parallelism, whole)
        surveys = run_groups(spark, looking, groups, end_survey)
    _verdicts_raised(surveys)
    hashes = np.concatenate([survey.hashes for survey in surveys])
    suspects = repeated(hashes)
    rows = int(contains(suspects, hashes).sum()) if len(suspects) else 0
    buckets = -(-rows // SETTLE_ROWS) if rows > SETTLE_ROWS else 0
    return _numbered(groups, surveys), suspects, buckets


def _to_read_whole(groups: list[list[Part]], surveys: Sequence[Any]) -> frozenset[int]:
    """Divided files of which a range may have been read wrongly, or was judged: only the whole file tells."""
    notes = Notes()
    judged: set[int] = set()
    for group, survey in zip(groups, surveys, strict=True):
        if isinstance(survey, Verdict):
            judged |= {part.file for part in group if part.start or part.end is not None}
        else:
            notes.add(survey.notes)
    return misread_files(groups, notes) | judged


def _looking(work: Work) -> Work:
    """The work of the first pass: only the identity is read, unless SQL computes a part of it."""
    contract = replace(work.contract, checks=())
    identity = set(contract.identity)
    if any(column.name in identity for column in contract.expressions):
        return replace(work, contract=contract, proves=True)
    plain = replace(contract, columns=contract.plain)
    # Without an identity only the records are counted; one column must be read for that.
    return replace(work, contract=plain, reading=tuple(identity) or (plain.columns[0].name,), proves=True)


def _numbered(groups: Sequence[Sequence[Part]], surveys: Sequence[Survey]) -> list[list[Part]]:
    before: dict[int, int] = {}
    numbered = []
    for group, survey in zip(groups, surveys, strict=True):
        numbered.append([replace(part, first_record=1 + (before.get(part.file, 0) if part.start else 0)) for part in group])
        for file, records in survey.records.items():
            before[file] = before.get(file, 0) + records
    return numbered


def end_survey(work: Work, number: int, chunks: Iterator[tuple[int, Typed]], notes: Notes) -> Survey:
    """The end of a task of the first pass."""
    records: dict[int, int] = {}
    hashes = [np.zeros(0, dtype=np.uint64)]
    for file, typed in chunks:
        records[file] = records.get(file, 0) + typed.table.num_rows + len(typed.rejects)
        if work.contract.identity:
            hashes.append(hash_identity(typed.table, work))
    return Survey(records, np.concatenate(hashes), notes)


def end_alone(work: Work, number: int, chunks: Iterator[tuple[int, Typed]], notes: Notes) -> Outcome:
    """The end of the one task of a small batch."""
    outcome = finish_alone(work, part_name(number), chunks).close()
    outcome.warnings |= notes.warnings
    return outcome


def end_part(
    suspects: np.ndarray, buckets: int, work: Work, number: int, chunks: Iterator[tuple[int, Typed]], notes: Notes
) -> Outcome:
    """The end of a task of the second pass: rows of suspected identities are set aside."""
    finisher = Finisher(work, part_name(number), suspects, buckets)
    for file, typed in chunks:
        finisher.take(file, typed)
    outcome = finisher.close()
    outcome.warnings |= notes.warnings
    return outcome


def settle_bucket(work: Work, names: Sequence[str], bucket: int) -> Outcome:
    """Decides the rows that all parts set aside into one bucket."""
    finisher = Finisher(work, f"settled-{bucket:05d}", np.zeros(0, dtype=np.uint64))
    streams = (work.objects.read(work.bucket, aside_key(work, bucket, name)) for name in names)
    finisher.settle(from_stream(stream) for stream in streams if stream)
    return finisher.close()


def part_name(number: int) -> str:
    return f"part-{number:05d}"


def _verdicts_raised(results: list[Any]) -> list[Any]:
    """The results, unless one is a Verdict: the first in the order of the tasks is raised."""
    for result in results:
        if isinstance(result, Verdict):
            raise result
    return results


def _add_up(results: list[Any]) -> Outcome:
    total = Outcome()
    for result in _verdicts_raised(results):
        total.add(result)
    return total
