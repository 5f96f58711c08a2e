"""Small workbooks by hand, with what libraries do not write: errors, formulas without values, merged headers, odd styles."""

import io
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# Styles by their numbers: none, date, date and time, time, elapsed, a custom date, a number with a d in quotes.
STYLES = ('0', '14', '22', '21', '46', '164', '165')
_CUSTOM = '<numFmts count="2"><numFmt numFmtId="164" formatCode="[$-407]d\\.\\ mmmm\\ yyyy;@"/><numFmt numFmtId="165" formatCode="0.00&quot; days&quot;"/></numFmts>'


def number(value: Any, style: int = 0) -> str:
    """A cell with a number as it stands."""
    return f'<c s="{style}"><v>{value}</v></c>'


HIDDEN = ' state="hidden"'
ERROR = '<c t="e"><v>#N/A</v></c>'
UNSAVED = "<c><f>A1+B1</f></c>"
SAVED = "<c><f>1+1</f><v>2</v></c>"


def cell(value: Any) -> str:
    """A cell for a value of Python; a text that begins with `<c` is a cell already."""
    if value is None:
        return "<c/>"
    if isinstance(value, str):
        return value if value.startswith("<c") else f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, datetime):
        return number(_serial(value), 2)
    if isinstance(value, date):
        return number(_serial(datetime(value.year, value.month, value.day)), 1)
    if isinstance(value, time):
        return number((timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)) / timedelta(days=1), 3)
    return number(repr(value))


def _serial(at: datetime) -> float:
    return (at - datetime(1899, 12, 30)) / timedelta(days=1)


def workbook(*sheets: tuple[str, list[list[Any]]], hidden: tuple[str, ...] = (), is_1904: bool = False, merged: str = "", shared: str = "") -> bytes:
    """A workbook with these sheets; a row that is empty is left out, so that rows have gaps."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        named = "".join(
            f'<sheet name="{escape(name)}" sheetId="{place}" r:id="s{place}"{HIDDEN if name in hidden else ""}/>'
            for place, (name, _) in enumerate(sheets, 1)
        )
        calendar = ' date1904="1"' if is_1904 else ""
        archive.writestr("xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr{calendar}/><sheets>{named}</sheets></workbook>')
        related = "".join(f'<Relationship Id="s{place}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{place}.xml"/>' for place in range(1, len(sheets) + 1))
        related += f'<Relationship Id="st" Type="{_OFFICE}/styles" Target="styles.xml"/><Relationship Id="ss" Type="{_OFFICE}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_RELATIONS}">{related}</Relationships>')
        formats = "".join(f'<xf numFmtId="{style}"/>' for style in STYLES)
        archive.writestr("xl/styles.xml", f'<styleSheet xmlns="{_MAIN}">{_CUSTOM}<cellXfs>{formats}</cellXfs></styleSheet>')
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">{shared}</sst>')
        for place, (_, rows) in enumerate(sheets, 1):
            body = "".join(f'<row r="{at}">{"".join(map(cell, row))}</row>' for at, row in enumerate(rows, 1) if row)
            merges = f'<mergeCells><mergeCell ref="{merged}"/></mergeCells>' if merged else ""
            archive.writestr(f"xl/worksheets/sheet{place}.xml", f'<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData>{merges}</worksheet>')
    return out.getvalue()
