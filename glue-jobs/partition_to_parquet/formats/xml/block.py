"""The values of many XML records at once, from the places of their tags. The text is well-formed; libxml2 said so.

A record of which these places do not tell everything (`suspects`) is left to the strict reader.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..strings import strings_at
from .bytes import CLOSING, COLON, OPENING, SLASH, Bytes
from .plan import Around, Plan, Wanted
from .strings import attribute_values, resolved

DEPTH_LIMIT = 100
_ATTRIBUTES = r"""(?:\s+[^\s:="'<>/]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/?"""


@dataclass
class Found:
    """Some elements of one name: their tags, the records that they are in, and where their names end."""

    tags: np.ndarray
    name_ends: np.ndarray


class Block:
    """Records that follow each other in `text`, each at [starts, ends)."""

    def __init__(self, text: bytes, starts: np.ndarray, plan: Plan, around: Around):
        self.bytes, self.starts, self.plan, self.around = Bytes(text), starts, plan, around
        self.suspects = np.zeros(len(starts), dtype=bool)
        self.has_cr = b"\r" in text
        self.used: frozenset[str] = frozenset()
        self._found: dict[tuple[str, ...], Found] = {}
        self._levels: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def read(self) -> dict[int, pa.Array] | None:
        """The wanted columns by position, a value a record; None where the text is not what it seems."""
        if not self._find_tags() or not self._find_levels():
            return None
        if self.plan.known is not None:
            self._look_for_unknown(self.plan.known)
        columns = {wanted.position: self._column(wanted) for wanted in self.plan.wanted}
        if self.plan.elements:
            columns |= dict.fromkeys(self.plan.elements, self._element_names())
        return columns

    def _find_tags(self) -> bool:
        begins, ends = self.bytes.places(OPENING), self.bytes.places(CLOSING)
        counts = np.diff(np.searchsorted(begins, np.append(self.starts, len(self.bytes.text))))
        self.records = np.repeat(np.arange(len(self.starts)), counts)
        if len(self.records) != len(begins):
            return False
        if len(begins) != len(ends):
            # A `>` that ends no tag: which one does is told by quotes.
            closings = np.diff(np.searchsorted(ends, np.append(self.starts, len(self.bytes.text))))
            self.suspects |= closings != counts
            if len(ends) == 0 or ends[-1] < begins[-1]:
                return False
            ends = ends[np.searchsorted(ends, begins)]
        self.begins, self.ends = begins, ends
        self._mark_namespaces()
        self.removed = self.suspects.copy()
        if self.removed.any():
            kept = ~self.removed[self.records]
            self.begins, self.ends, self.records = begins[kept], ends[kept], self.records[kept]
        return bool((self.ends > self.begins).all() and (self.begins[1:] > self.ends[:-1]).all())

    def _mark_namespaces(self) -> None:
        """Suspects records that declare namespaces, and tags with a prefix that is not declared or at an attribute."""
        text = self.bytes.text
        if b"xmlns" in text:
            places = [match.start() for match in re.finditer(b"xmlns", text)]
            self.suspects[np.searchsorted(self.starts, places, side="right") - 1] = True
        colons = self.bytes.places(COLON)
        if not len(colons):
            return
        tags = np.searchsorted(self.begins, colons, side="right") - 1
        inside = (tags >= 0) & (colons < self.ends[tags])
        colons, tags = colons[inside], tags[inside]
        if not len(colons):
            return
        names = self.begins[tags] + 1
        names += self.bytes.data[names] == SLASH
        is_prefix = np.zeros(len(tags), dtype=bool)
        used = set()
        for prefix in filter(None, self.around):
            spelt = prefix.encode()
            here = (colons - names == len(spelt)) & self.bytes.equals(names, spelt)
            if here.any():
                used.add(prefix)
                is_prefix |= here
        self.used = frozenset(used)
        doubtful = np.unique(tags[~is_prefix])
        if len(doubtful):
            self._suspect_odd_names(doubtful)

    def _suspect_odd_names(self, tags: np.ndarray) -> None:
        texts = strings_at(self.bytes.text, self.begins[tags] + 1, self.ends[tags])
        prefixes = "".join(f"{re.escape(prefix)}:|" for prefix in sorted(self.used))
        pattern = rf"""^/?(?:{prefixes})[^\s:="'<>/]+{_ATTRIBUTES}$"""
        regular = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)
        self.suspects[self.records[tags[~regular]]] = True

    def _find_levels(self) -> bool:
        data = self.bytes.data
        self.closing = data[self.begins + 1] == SLASH
        self.empty = (data[self.ends - 1] == SLASH) & ~self.closing
        change = np.ones(len(self.begins), dtype=np.int8)
        change[self.closing] = -1
        change[self.empty] = 0
        levels = np.cumsum(change, dtype=np.int32)
        levels[self.empty] += 1
        levels[self.closing] = 0
        self.levels = levels
        self.suspects[self.records[levels > DEPTH_LIMIT]] = True
        self.roots = np.flatnonzero(levels == 1)
        return np.array_equal(self.begins[self.roots], self.starts[~self.removed])

    def _named(self, tags: np.ndarray, name: str, heads: np.ndarray | None = None) -> Found:
        places = self.begins[tags] + 1
        matched = np.zeros(len(tags), dtype=bool)
        ends = np.zeros(len(tags), dtype=np.int64)
        for spelling in self.plan.spellings(name, self.around, self.used):
            here = self.bytes.is_named(places, spelling, heads)
            matched |= here
            ends[here] = places[here] + len(spelling)
        return Found(tags[matched], ends[matched])

    def _elements(self, steps: tuple[str, ...]) -> Found:
        if steps not in self._found:
            level = len(steps) + 1
            if level == 1:
                found = [self._named(self.roots, name) for name in self.plan.records]
                tags = np.concatenate([each.tags for each in found])
                order = np.argsort(tags, kind="stable")
                self._found[steps] = Found(tags[order], np.concatenate([each.name_ends for each in found])[order])
            else:
                candidates, heads = self._at_level(level)
                if level > 2:
                    heads = None
                    above = np.flatnonzero(self.levels == level - 1)
                    wanted = np.isin(above, self._elements(steps[:-1]).tags)
                    candidates = candidates[wanted[np.searchsorted(above, candidates) - 1]] if len(above) else candidates
                self._found[steps] = self._named(candidates, steps[-1], heads)
        return self._found[steps]

    def _at_level(self, level: int) -> tuple[np.ndarray, np.ndarray]:
        """The opening tags of a level, and how their names begin."""
        if level not in self._levels:
            tags = np.flatnonzero(self.levels == level)
            self._levels[level] = (tags, self.bytes.heads(self.begins[tags] + 1))
        return self._levels[level]

    def _column(self, wanted: Wanted) -> pa.Array:
        found = self._elements(wanted.steps)
        if wanted.attribute is not None:
            starts, stops = found.name_ends, self.ends[found.tags] - self.empty[found.tags]
            has_one, values = attribute_values(self.bytes, starts, stops, wanted.attribute)
            return self._placed(self.records[found.tags[has_one]], values)
        tags = found.tags
        empty = self.empty[tags]
        behind = np.minimum(tags + 1, len(self.begins) - 1)
        is_leaf = empty | self.closing[behind]
        if wanted.is_nested:
            # With attributes the value is an object.
            is_leaf &= found.name_ends == self.ends[tags] - empty
        self.suspects[self.records[tags[~is_leaf]]] = True
        tags, empty, behind = tags[is_leaf], empty[is_leaf], behind[is_leaf]
        starts = self.ends[tags] + 1
        stops = np.where(empty, starts, self.begins[behind])
        values = resolved(strings_at(self.bytes.text, starts, stops), self.has_cr)
        return self._placed(self.records[tags], values)

    def _placed(self, rows: np.ndarray, values: pa.Array) -> pa.Array:
        """A value a record; NULL where there is none. Records with several are suspects."""
        if len(rows) == len(self.starts) and (rows[1:] > rows[:-1]).all():
            return values
        self.suspects[rows[1:][rows[1:] == rows[:-1]]] = True
        at = np.zeros(len(self.starts), dtype=np.int64)
        absent = np.ones(len(self.starts), dtype=bool)
        at[rows], absent[rows] = np.arange(len(rows)), False
        return values.take(pa.array(at, mask=absent))

    def _element_names(self) -> pa.Array:
        names = np.zeros(len(self.starts), dtype=np.int64)
        for index, name in enumerate(self.plan.records):
            names[self.records[self._named(self.roots, name).tags]] = index
        return pa.array(self.plan.records).take(pa.array(names))

    def _look_for_unknown(self, known: frozenset[str]) -> None:
        """Suspects records with a child or attribute that no column names; the strict reader says which."""
        children, heads = self._at_level(2)
        places = self.begins[children] + 1
        named = np.zeros(len(children), dtype=bool)
        for name in known:
            for prefix in ("", *(f"{each}:" for each in self.used)):
                named |= self.bytes.is_named(places, f"{prefix}{name}".encode(), heads)
        self.suspects[self.records[children[~named]]] = True
        roots = self._elements(())
        inside = strings_at(self.bytes.text, roots.name_ends, self.ends[roots.tags])
        either = "|".join(map(re.escape, sorted(known)))
        pattern = rf"""^(?:\s+(?:{either})\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/?$"""
        regular = pc.match_substring_regex(inside, pattern).to_numpy(zero_copy_only=False)
        self.suspects[self.records[roots.tags[~regular]]] = True


def without_specials(records: Sequence[bytes]) -> list[bytes]:
    """Records with CDATA sections as text, and without comments and processing instructions."""
    return [_SPECIAL.sub(_as_text, record) if b"<!" in record or b"<?" in record else record for record in records]


_SPECIAL = re.compile(rb"<!--.*?-->|<!\[CDATA\[(.*?)\]\]>|<\?.*?\?>", re.S)


def _as_text(match: re.Match[bytes]) -> bytes:
    return (match[1] or b"").replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
