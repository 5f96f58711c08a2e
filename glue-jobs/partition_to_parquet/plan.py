"""Divides a batch into parts, and parts into the tasks of a run."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from .batch import SourceFile
from .encodings import allows_ranges
from .errors import Verdict
from .notes import Notes
from .objects import Objects
from .packing import PROBE_BYTES, looks_like, named_packing
from .parts import Part, Work

# Below this one task is faster than two passes; it holds the batch in memory.
ALONE_BYTES = 16 * 1024 * 1024
# In these formats a first pass costs as much as the second: one task takes more where the alternative is two passes.
_DEAR_FORMATS = ("json", "xml")
_DEAR_FACTOR = 5
# How much larger a packed file may be once unpacked, for planning only.
PACKED_FACTOR = 8
# A piece of a file: start, end, number of its first record as far as it is known.
Piece = tuple[int, int | None, int]
WHOLE: Piece = (0, None, 1)
COLUMNAR_FACTOR = 4
LEAST_TASK_BYTES = 16 * 1024 * 1024
MOST_TASK_BYTES = 512 * 1024 * 1024
_LINE_BYTES = 64 * 1024


def expected_bytes(work: Work, file: SourceFile) -> int:
    """The file's unpacked size, as far as it can be told beforehand."""
    if work.contract.format.is_columnar:
        return file.content_length * COLUMNAR_FACTOR
    is_packed = file.member is None and named_packing(file.key, work.contract.format.compression) != "none"
    return file.content_length * (PACKED_FACTOR if is_packed else 1)


def is_small(work: Work, in_two_passes: bool) -> bool:
    """Whether one task takes the whole batch, in one pass; it gives up where that is more than it can hold."""
    most = ALONE_BYTES * (_DEAR_FACTOR if in_two_passes and work.contract.format.type in _DEAR_FORMATS else 1)
    return sum(expected_bytes(work, file) for file in work.batch.files) <= most


def plan_parts(work: Work, parallelism: int, whole: frozenset[int] = frozenset()) -> list[list[Part]]:
    """Groups of parts, one a task, in the order of the files. Files in `whole` are not divided."""
    total = sum(expected_bytes(work, file) for file in work.batch.files)
    target = min(MOST_TASK_BYTES, max(LEAST_TASK_BYTES, total // (2 * parallelism)))
    divided = divide_files(work, target, whole)
    groups: list[list[Part]] = []
    waiting: list[Part] = []
    held, index = 0, 0
    for file, pieces in zip(work.batch.files, divided, strict=True):
        for start, end, first_record in pieces:
            part = Part(index, file.index, start, end, first_record)
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


def divide_files(work: Work, target: int, whole: frozenset[int]) -> list[list[Piece]]:
    """Each file's pieces of about `target` bytes: by the units that the file itself has, or behind line ends."""
    if work.contract.format.type == "avro":
        return [[WHOLE] if file.index in whole else _blocks(work, file, target) for file in work.batch.files]
    if not work.contract.format.has_units:
        return [[WHOLE] if file.index in whole else _lines(work, file, target) for file in work.batch.files]
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda file: [WHOLE] if file.index in whole else _units(work, file, target), work.batch.files))


def _units(work: Work, file: SourceFile, target: int) -> list[Piece]:
    """Row groups or stripes side by side. What is wrong with a file is told by the task that reads it."""
    expected = expected_bytes(work, file)
    if expected < 2 * target:
        return [WHOLE]
    from .formats.units import units_of

    try:
        units = units_of(work.contract.format.type, work.objects, file)
    except Verdict:
        return [WHOLE]
    pieces: list[Piece] = []
    start, held = 0, 0
    before = units[0].rows_before if units else 0
    share = expected / max(1, sum(unit.bytes for unit in units))
    for place, unit in enumerate(units):
        if held >= target:
            pieces.append((start, place, 1 + before))
            start, held, before = place, 0, unit.rows_before
        held += unit.bytes * share
    return [*pieces, (start, None if not pieces else len(units), 1 + before)]


def _blocks(work: Work, file: SourceFile, target: int) -> list[Piece]:
    """Ranges of Avro's blocks, which begin behind the file's own marker."""
    if expected_bytes(work, file) < 2 * target:
        return [WHOLE]
    from .formats.avro.container import next_block, read_header

    try:
        sync = read_header(work.objects, file).sync
    except Verdict:
        return [WHOLE]
    target = max(1, target // COLUMNAR_FACTOR)
    wanted = range(target, file.content_length - target // 2, target)
    with ThreadPoolExecutor(8) as pool:
        starts = pool.map(lambda place: next_block(work.objects, file, sync, place), wanted)
    bounds = sorted({0, *(start for start in starts if start < file.content_length)})
    ends = [*bounds[1:], file.content_length] if len(bounds) > 1 else [None]
    return [(start, end, 1) for start, end in zip(bounds, ends, strict=True)]


def _lines(work: Work, file: SourceFile, target: int) -> list[Piece]:
    return [(start, end, 1) for start, end in _ranges(work, file, target)]


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
    is_lines = form.type in ("csv", "fixed") or (form.type == "json" and form.lines)
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
