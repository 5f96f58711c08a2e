"""Divides a batch into parts, and parts into the tasks of a run."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from .batch import SourceFile
from .encodings import allows_ranges
from .notes import Notes
from .objects import Objects
from .packing import PROBE_BYTES, looks_like, named_packing
from .parts import Part, Work

# Below this one task is faster than two passes; it holds the batch in memory.
ALONE_BYTES = 16 * 1024 * 1024
# In these formats a first pass costs as much as the second, so one task takes more.
_DEAR_FORMATS = ("json", "xml")
_DEAR_FACTOR = 5
# How much larger a packed file may be once unpacked, for planning only.
PACKED_FACTOR = 8
LEAST_TASK_BYTES = 16 * 1024 * 1024
MOST_TASK_BYTES = 512 * 1024 * 1024
_LINE_BYTES = 64 * 1024


def expected_bytes(work: Work, file: SourceFile) -> int:
    """The file's unpacked size, as far as it can be told beforehand."""
    is_packed = file.member is None and named_packing(file.key, work.contract.format.compression) != "none"
    return file.content_length * (PACKED_FACTOR if is_packed else 1)


def is_small(work: Work) -> bool:
    """Whether one task takes the whole batch, in one pass; it gives up where that is more than it can hold."""
    most = ALONE_BYTES * (_DEAR_FACTOR if work.contract.format.type in _DEAR_FORMATS else 1)
    return sum(expected_bytes(work, file) for file in work.batch.files) <= most


def plan_parts(work: Work, parallelism: int, whole: frozenset[int] = frozenset()) -> list[list[Part]]:
    """Groups of parts, one a task, in the order of the files. Files in `whole` are not divided."""
    total = sum(expected_bytes(work, file) for file in work.batch.files)
    target = min(MOST_TASK_BYTES, max(LEAST_TASK_BYTES, total // (2 * parallelism)))
    ranges = [_ranges(work, file, target) if file.index not in whole else [(0, None)] for file in work.batch.files]
    groups: list[list[Part]] = []
    waiting: list[Part] = []
    held, index = 0, 0
    for file, pieces in zip(work.batch.files, ranges, strict=True):
        for start, end in pieces:
            part = Part(index, file.index, start, end)
            index += 1
            if len(pieces) > 1:
                groups.append([part])
                continue
            waiting.append(part)
            held += expected_bytes(work, file)
            if held >= target:
                groups.append(waiting)
                waiting, held = [], 0
    return [*groups, waiting] if waiting else groups


def _ranges(work: Work, file: SourceFile, target: int) -> list[tuple[int, int | None]]:
    """Ranges that begin behind a line end. Quoted line ends are noticed later, by the number of quotes before a range."""
    if file.content_length < 2 * target or not _is_divisible(work, file):
        return [(0, None)]
    wanted = range(target, file.content_length - target // 2, target)
    with ThreadPoolExecutor(8) as pool:
        starts = pool.map(lambda place: _line_start(work.objects, file, place), wanted)
    bounds = sorted({0, *(start for start in starts if start < file.content_length)})
    return list(zip(bounds, [*bounds[1:], None], strict=True))


def _is_divisible(work: Work, file: SourceFile) -> bool:
    """Whether a reader can begin behind any line end outside quotes: no packing, no escaped line ends, no footer to look for."""
    form = work.contract.format
    is_lines = form.type == "csv" or (form.type == "json" and form.lines)
    if not is_lines or form.escape != "double" or form.footer or not allows_ranges(form.encoding) or file.member is not None:
        return False
    return looks_like(work.objects.read(file.bucket, file.key, file.version_id, file.etag, 0, PROBE_BYTES)) == "none"


def _line_start(objects: Objects, file: SourceFile, place: int) -> int:
    """The first place at or behind `place` that follows a line end."""
    position = place - 1
    while position < file.content_length:
        piece = objects.read(file.bucket, file.key, file.version_id, file.etag, position, position + _LINE_BYTES)
        found = piece.find(b"\n")
        if found >= 0:
            return position + found + 1
        if not piece:
            break
        position += len(piece)
    return file.content_length


def misread_files(groups: Sequence[Sequence[Part]], notes: Notes) -> frozenset[int]:
    """Files one of whose ranges may begin inside quotes: those before it hold an odd number, or irregular ones."""
    wrong: set[int] = set()
    quotes: dict[int, int] = {}
    for part in (part for group in groups for part in group):
        count, are_regular = notes.quotes.get(part.index, (0, True))
        if (part.start or part.end is not None) and not are_regular:
            wrong.add(part.file)
        if part.start and quotes.get(part.file, 0) % 2:
            wrong.add(part.file)
        quotes[part.file] = quotes.get(part.file, 0) + count
    return frozenset(wrong)
