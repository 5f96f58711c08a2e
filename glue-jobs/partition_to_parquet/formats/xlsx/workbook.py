"""A workbook's parts (ECMA-376): which sheets there are, shared texts, and which styles show a number as a time."""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from lxml import etree

from ...batch import SourceFile
from ...errors import FileUnreadable
from ...objects import Objects
from ...packing import looks_like
from ...ranges import Opened

SHEET_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, IndexError, RuntimeError, NotImplementedError, etree.XMLSyntaxError)
_OLE = b"\xd0\xcf\x11\xe0"
# One part, unpacked; more of it is not read.
_PART_BYTES = 2 * 1024 * 1024 * 1024
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class Sheet:
    """A worksheet: its name, whether people see it, and the part that holds its cells."""

    name: str
    is_visible: bool
    part: str


class Workbook:
    """Raises FileUnreadable by name for what is no .xlsx or .xlsm."""

    def __init__(self, objects: Objects, file: SourceFile):
        self.file = file
        if not file.content_length:
            raise self.refusal("is empty, a workbook was expected")
        opened = Opened(objects, file)
        self._look_at_beginning(opened)
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(opened.body) if opened.body is not None else io.BufferedReader(opened.ranges, 1 << 20))
            self.names = set(self.archive.namelist())
            self._refuse_others()
            self.root = self._root()
            workbook = self._document(self.root)
            self.is_1904 = any(each.get("date1904") in ("1", "true") for each in workbook.iter("{*}workbookPr"))
            self.sheets = list(self._sheets(workbook))
            self.time_styles = self._time_styles()
            self.texts = self._texts()
        except SHEET_ERRORS as error:
            raise self.refusal(f"cannot be read as a workbook: {error}; it is damaged or was cut off") from error

    def refusal(self, message: str) -> FileUnreadable:
        return FileUnreadable(f"'{self.file.key}' {message}", self.file.key)

    def _look_at_beginning(self, opened: Opened) -> None:
        source = opened.source()
        head = source.read(16)
        if head.startswith(_OLE):
            source.seek(0)
            if "EncryptedPackage".encode("utf-16-le") in source.read(min(self.file.content_length, 8 << 20)):
                raise self.refusal("is protected by a password; deliver it without one, S3 encrypts it")
            raise self.refusal("is an old Excel workbook (.xls); save it as .xlsx")
        if not head.startswith(b"PK"):
            packed = looks_like(head)
            seen = f"looks like {packed}" if packed != "none" else "does not begin as a workbook does"
            raise self.refusal(f"{seen}; deliver .xlsx or .xlsm, or correct the contract's format")

    def _refuse_others(self) -> None:
        if any(name.startswith("xl/") and name.endswith(".bin") and "workbook" in name for name in self.names):
            raise self.refusal("is a binary workbook (.xlsb); save it as .xlsx")
        if "mimetype" in self.names:
            raise self.refusal("is an OpenDocument file; save it as .xlsx")

    def _root(self) -> str:
        for name, target in self._relations(""):
            if name.endswith("/officeDocument"):
                return target
        return "xl/workbook.xml"

    def _relations(self, part: str) -> Iterator[tuple[str, str]]:
        for relation in self._related(part):
            yield relation.get("Type", ""), self._target(part, relation.get("Target", ""))

    def _related(self, part: str) -> list[Any]:
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        return list(self._document(path)) if path in self.names else []

    def _target(self, part: str, target: str) -> str:
        if target.startswith("/"):
            return target[1:]
        return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))

    def open(self, part: str) -> IO[bytes]:
        entry = self.archive.getinfo(part)
        if entry.flag_bits & 1:
            raise self.refusal("is protected by a password; deliver it without one, S3 encrypts it")
        if entry.file_size > _PART_BYTES:
            raise self.refusal(f"holds a part of {entry.file_size} bytes; it is not read")
        return self.archive.open(entry)

    def _document(self, part: str) -> Any:
        with self.open(part) as stream:
            return etree.parse(stream, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()

    def _sheets(self, workbook: Any) -> Iterator[Sheet]:
        parts = {each.get("Id"): (each.get("Type", ""), self._target(self.root, each.get("Target", ""))) for each in self._related(self.root)}
        for sheet in workbook.iter("{*}sheet"):
            identity = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), None)
            kind, part = parts.get(identity, ("", ""))
            if kind.endswith("/worksheet"):
                yield Sheet(sheet.get("name", ""), sheet.get("state", "visible") == "visible", part)

    def sheet(self, wanted: str | int | None) -> Sheet:
        """The sheet of a name or number, or the first that people see."""
        shown = ", ".join(f"'{sheet.name}'" for sheet in self.sheets) or "none"
        if wanted is None:
            found = next((sheet for sheet in self.sheets if sheet.is_visible), None)
        elif isinstance(wanted, int):
            found = self.sheets[wanted - 1] if wanted <= len(self.sheets) else None
        else:
            found = next((sheet for sheet in self.sheets if sheet.name == wanted), None)
        if found is None:
            what = "no visible sheet" if wanted is None else f"no sheet {wanted if isinstance(wanted, int) else repr(wanted)}"
            raise self.refusal(f"has {what}; its sheets are {shown}")
        return found

    def _related_part(self, kind: str) -> str | None:
        return next((target for name, target in self._relations(self.root) if name.endswith(kind) and target in self.names), None)

    def _texts(self) -> list[str]:
        part = self._related_part("/sharedStrings")
        if part is None:
            return []
        texts = []
        with self.open(part) as stream:
            for _, item in etree.iterparse(stream, tag="{*}si", resolve_entities=False, no_network=True, huge_tree=True):
                texts.append(rich_text(item))
                item.clear()
        return texts

    def _time_styles(self) -> dict[int, str]:
        """Styles by number that show a number as a `date`, or as a time of day alone (`time`)."""
        part = self._related_part("/styles")
        if part is None:
            return {}
        styles = self._document(part)
        codes = {int(each.get("numFmtId")): each.get("formatCode", "") for each in styles.iter("{*}numFmt")}
        cells = styles.find("{*}cellXfs")
        found = {}
        for number, style in enumerate(cells if cells is not None else ()):
            kind = kind_of_format(int(style.get("numFmtId", 0)), codes)
            if kind:
                found[number] = kind
        return found


def rich_text(item: Any) -> str:
    """The text of a string item: its runs, without what says how it is spoken."""
    parts = [each.text or "" for each in item.iter("{*}t") if not any(above.tag.endswith("}rPh") for above in each.iterancestors("{*}rPh"))]
    return unescaped("".join(parts))


def unescaped(text: str) -> str:
    """`_x000D_` is the character that XML cannot hold (ST_Xstring)."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


# Built-in formats (18.8.30); 27 to 36 and 50 to 58 are dates of East Asian locales.
_DATES = frozenset((14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)))
_TIMES = frozenset((18, 19, 20, 21, 45, 46, 47))
_NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.I)


def kind_of_format(number: int, codes: dict[int, str]) -> str | None:
    """`date`, `time` (no day in it), or None for a number."""
    code = codes.get(number)
    if code is None:
        return "date" if number in _DATES else "time" if number in _TIMES else None
    plain = _NOT_CODE.sub("", code).split(";")[0].lower().replace("general", "")
    if re.search(r"[dy]", plain):
        return "date"
    if re.search(r"[hs]", plain):
        return "time"
    return "date" if "m" in plain else None
