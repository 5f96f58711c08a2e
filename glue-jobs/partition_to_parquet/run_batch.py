"""Plans a batch: small ones in a single task, large ones in two passes over ranges of the files."""

import time
from collections.abc import Iterator
from typing import Any

from .columns import Typed
from .errors import Verdict
from .finish import finish_alone
from .outcome import Outcome
from .parts import Part, Work
from .pipeline import run_groups
from .source import is_packed

# Below this one task is faster than two passes; it holds the batch in memory.
ALONE_BYTES = 16 * 1024 * 1024
# How much larger a packed file may be once unpacked, for planning only.
PACKED_FACTOR = 8


def run_batch(spark: Any, work: Work, seconds: dict[str, float]) -> Outcome:
    """Converts every file of the batch. Raises a Verdict where the batch cannot be judged."""
    started = time.monotonic()
    parts = [Part(index, file.index) for index, file in enumerate(work.batch.files)]
    if not parts:
        return Outcome()
    results = run_groups(spark, work, [parts], end_alone)
    outcome = add_up(results)
    seconds["convert"] = time.monotonic() - started
    return outcome


def expected_bytes(work: Work) -> int:
    """The batch's unpacked size, as far as it can be told beforehand."""
    form = work.contract.format
    return sum(file.content_length * (PACKED_FACTOR if is_packed(file, form) else 1) for file in work.batch.files)


def end_alone(work: Work, number: int, chunks: Iterator[tuple[int, Typed]], warnings: set[tuple[str, str]]) -> Outcome:
    """The one task of a small batch."""
    finisher = finish_alone(work, part_name(number), chunks)
    outcome = finisher.close()
    outcome.warnings |= warnings
    return outcome


def part_name(number: int) -> str:
    return f"part-{number:05d}"


def add_up(results: list[Any]) -> Outcome:
    """All tasks' numbers in one. Raises the first Verdict in the order of the tasks."""
    total = Outcome()
    for result in results:
        if isinstance(result, Verdict):
            raise result
        total.add(result)
    return total
