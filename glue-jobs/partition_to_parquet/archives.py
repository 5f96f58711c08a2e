"""Zip archives: each member is a file of its own, read by ranges of the archive."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from .batch import Batch, SourceFile
from .errors import FileMismatch, FileUnreadable, Verdict
from .objects import Objects
from .packing import OUTPUT_BYTES, PROBE_BYTES, Gauge, looks_like, named_packing, not_nested
from .ranges import Ranges
from .stored import prove_sha256

# An archive of this size is read whole, at once.
WHOLE_BYTES = 16 * 1024 * 1024
_RANGE_BYTES = 4 * 1024 * 1024
_ENCRYPTED = 0x1
_METHODS = {8: "deflate", 0: "stored", 12: "bzip2", 14: "lzma", 9: "deflate64", 93: "zstd", 95: "xz", 98: "PPMd", 99: "AES"}


class ArchiveFound(Verdict):
    """A file turned out to be a zip archive whose members nobody has listed yet. Never the end of a run."""


@dataclass(frozen=True)
class Expanded:
    """A batch in which members stand in the places of their archives, and what was passed over, by the archive's index."""

    batch: Batch
    passed_over: dict[int, list[str]]
    warnings: set[tuple[str, str]]


def expand(batch: Batch, objects: Objects, compression: str, looks_inside: bool = False) -> Expanded:
    """Lists the members of the zip archives among the files: of those that name or contract call so, or of all.

    With `looks_inside` every file's first bytes are read; without it the reader raises ArchiveFound where they surprise.
    """
    files: list[SourceFile] = []
    passed_over: dict[int, list[str]] = {}
    warnings: set[tuple[str, str]] = set()
    for file in batch.files:
        named = named_packing(file.key, compression) == "zip"
        if (named or (looks_inside and compression in ("auto", "by_name"))) and _is_zip(file, objects):
            members, passed_over[file.index] = _members(file, objects)
            files.extend(members)
            if not members:
                warnings.add(("the archive has no file in it", file.key))
        else:
            files.append(file)
    numbered = (replace(file, index=index, delivered=file.index) for index, file in enumerate(files))
    return Expanded(replace(batch, files=tuple(numbered)), passed_over, warnings)


def _is_zip(file: SourceFile, objects: Objects) -> bool:
    """Whether the first bytes say so. Whatever else they say is for the reader to judge."""
    if not file.content_length:
        return False
    return looks_like(objects.read(file.bucket, file.key, file.version_id, file.etag, 0, PROBE_BYTES)) == "zip"


def _members(file: SourceFile, objects: Objects) -> tuple[list[SourceFile], list[str]]:
    """The members in the archive's order, and the names of those that are no files of the producer's."""
    if file.sha256:
        prove_sha256(objects, file)
    try:
        entries = _opened(objects, file).infolist()
    except _ERRORS as error:
        raise FileUnreadable(f"'{file.key}' cannot be unpacked as zip: {error}; it is damaged or was cut off", file.key) from error
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" in names:
        raise FileUnreadable(f"'{file.key}' is a document of Office, such as an Excel workbook, not a zip of text files", file.key)
    members, passed_over = [], []
    for number, entry in enumerate(entries):
        if entry.is_dir() or _is_hidden(entry.filename):
            passed_over.append(entry.filename)
            continue
        key = f"{file.key}!{entry.filename}"
        if entry.flag_bits & _ENCRYPTED or entry.compress_type == 99:
            raise FileUnreadable(f"'{key}' is encrypted; deliver it without a password", file.key)
        members.append(replace(file, key=key, content_length=entry.file_size, record_count=None, sha256=None, member=number, archive=file))
    return members, passed_over


def _is_hidden(name: str) -> bool:
    parts = name.split("/")
    return "__MACOSX" in parts or any(part.startswith(".") and part not in (".", "..") for part in parts)


def member_pieces(objects: Objects, file: SourceFile) -> Iterator[bytes]:
    """A member's own bytes, in pieces of bounded size; its CRC is checked. Raises FileUnreadable."""
    assert file.archive is not None and file.member is not None
    try:
        archive = _opened(objects, file.archive)
        entry = archive.infolist()[file.member]
        with archive.open(entry) as member:
            yield from not_nested(_pieces(member, Gauge(file), entry.compress_size), file)
    except NotImplementedError as error:
        method = _METHODS.get(entry.compress_type, str(entry.compress_type))
        raise FileUnreadable(f"'{file.key}' is packed with the method {method}, which is not unpacked; use deflate", file.key) from error
    except _ERRORS as error:
        raise FileUnreadable(f"'{file.key}' cannot be unpacked as zip: {error}", file.key) from error


def _pieces(member: zipfile.ZipExtFile, gauge: Gauge, packed: int) -> Iterator[bytes]:
    gauge.consumed = packed
    while piece := member.read(OUTPUT_BYTES):
        gauge.count(len(piece))
        yield piece


@lru_cache(maxsize=2)
def _opened(objects: Objects, file: SourceFile) -> zipfile.ZipFile:
    """The archive with its directory read, once a task."""
    if file.content_length > WHOLE_BYTES:
        return zipfile.ZipFile(io.BufferedReader(Ranges(objects, file), _RANGE_BYTES))
    data = objects.read(file.bucket, file.key, file.version_id, file.etag)
    if len(data) != file.content_length:
        raise FileMismatch(f"'{file.key}' has {len(data)} bytes, the manifest says {file.content_length}", file.key)
    return zipfile.ZipFile(io.BytesIO(data))


# What zipfile and its codecs raise for data that is no archive, or a damaged one.
_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, IndexError, zipfile.LargeZipFile)
