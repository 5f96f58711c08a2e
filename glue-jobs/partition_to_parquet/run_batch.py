"""Runs a batch: a small one in a single task, a large one in parts, held by their tasks or in two passes."""

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from .archives import ArchiveFound, expand
from .columns import Typed
from .errors import Verdict
from .executors import Exchange, Executor, Pieces
from .finish import Finisher, finish_alone, settle_bucket, settle_streams
from .held import convert_held
from .notes import Notes
from .outcome import Outcome
from .parts import Part, Work
from .pipeline import run_exchange, run_groups
from .plan import is_small, plan_parts
from .survey import needs_survey, part_name, survey
from .suspects import NOBODY, Suspects

# Undecided rows that a part holds before it hands them over to those who settle them.
ASIDE_BYTES = 64 * 1024 * 1024


def run_batch(executor: Executor, work: Work, seconds: dict[str, float]) -> Outcome:
    """Converts every file of the batch. Raises a Verdict where the batch cannot be judged."""
    expanded = expand(work.batch, work.objects, work.contract.format.compression)
    try:
        outcome = _run(executor, replace(work, batch=expanded.batch), seconds)
    except ArchiveFound:
        # Only first bytes told of an archive. What was written so far is no part of any output and is written anew.
        expanded = expand(work.batch, work.objects, work.contract.format.compression, looks_inside=True)
        outcome = _run(executor, replace(work, batch=expanded.batch), seconds)
    outcome.warnings |= expanded.warnings
    return outcome.of_delivered(expanded.batch, expanded.passed_over)


def _run(executor: Executor, work: Work, seconds: dict[str, float]) -> Outcome:
    clock = _Clock(seconds)
    if not work.batch.files:
        return Outcome()
    if is_small(work, in_two_passes=not executor.holds):
        parts = [Part(index, file.index) for index, file in enumerate(work.batch.files)]
        results = run_groups(executor, work, [parts], end_alone)
        clock.stop("convert")
        # A packed file may hold far more than it seemed: then the task gave up.
        if results != [None]:
            return _add_up(results)
    groups = plan_parts(work, executor.parallelism)
    if not needs_survey(work, groups):
        return _settled(work, _add_up(run_groups(executor, work, groups, partial(end_part, NOBODY))), clock)
    held = convert_held(executor, work, groups)
    if held is not None:
        clock.stop("convert")
        return held
    surveyed = survey(executor, work, groups)
    suspects, buckets = surveyed.suspects, surveyed.buckets
    clock.stop("survey")
    if buckets:
        exchange = Exchange(buckets, partial(settle_bucket, work))
        results, settled = run_exchange(executor, work, surveyed.groups, partial(spread_part, suspects, buckets), exchange)
        outcome = _add_up([*_verdicts_raised(results), *settled])
        clock.stop("convert")
        return outcome
    return _settled(work, _add_up(run_groups(executor, work, surveyed.groups, partial(end_part, suspects))), clock)


def _settled(work: Work, outcome: Outcome, clock: "_Clock") -> Outcome:
    """The outcome of all parts with the rows that they set aside decided."""
    clock.stop("convert")
    if outcome.asides:
        outcome.add(settle_streams(work, "settled", outcome.asides))
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


def end_alone(work: Work, number: int, chunks: Iterator[tuple[int, Typed]], notes: Notes) -> Outcome | None:
    """The end of the one task of a small batch; None when the task cannot hold it."""
    finisher = finish_alone(work, part_name(number), chunks)
    if finisher is None:
        return None
    outcome = finisher.close()
    outcome.note(notes)
    return outcome


def end_part(suspects: Suspects, work: Work, number: int, chunks: Iterator[tuple[int, Typed]], notes: Notes) -> Outcome:
    """The end of a task of the second pass: rows of suspected identities travel with the outcome."""
    finisher = Finisher(work, part_name(number), suspects)
    for file, typed in chunks:
        finisher.take(file, typed)
    outcome = finisher.close()
    outcome.note(notes)
    return outcome


def spread_part(
    suspects: Suspects, buckets: int, work: Work, number: int, chunks: Iterator[tuple[int, Typed]], notes: Notes
) -> Pieces:
    """The same where they are many: tasks settle them, each a bucket."""
    finisher = Finisher(work, part_name(number), suspects)
    for file, typed in chunks:
        finisher.take(file, typed)
        if finisher.aside_bytes >= ASIDE_BYTES:
            yield from finisher.spread_aside(buckets)
    yield from finisher.spread_aside(buckets)
    outcome = finisher.close()
    outcome.note(notes)
    return outcome


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
