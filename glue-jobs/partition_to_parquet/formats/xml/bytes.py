"""Many places of a text compared with a name at once."""

import numpy as np

SPACE = np.zeros(256, dtype=bool)
SPACE[list(b" \t\n\r\v\f")] = True
# What ends an element's name.
NAME_END = SPACE.copy()
NAME_END[list(b"/>")] = True
# What no prefix may hold, so that a name begins behind the first colon.
_NO_PREFIX = SPACE.copy()
_NO_PREFIX[list(b"<>/\"'=")] = True
_WORD = 8
# A longer prefix is not looked for at once.
_PREFIX_BYTES = 256
OPENING, CLOSING, COLON, SLASH = 60, 62, 58, 47


class Bytes:
    """A text as numbers. Places up to its end may be read with a few bytes behind it, which are zero."""

    def __init__(self, text: bytes):
        padded = text + bytes(2 * _WORD)
        self.text = text
        self.data = np.frombuffer(padded, dtype=np.uint8)
        self.words = np.ndarray((len(padded) - _WORD + 1,), dtype="<u8", buffer=padded, strides=(1,))

    def places(self, byte: int) -> np.ndarray:
        return np.flatnonzero(self.data[: len(self.text)] == byte)

    def equals(self, places: np.ndarray, name: bytes) -> np.ndarray:
        """At which of the places the text goes on with `name`."""
        found = np.ones(len(places), dtype=bool)
        for start in range(0, len(name), _WORD):
            part = name[start : start + _WORD]
            mask = np.uint64((1 << (8 * len(part))) - 1)
            wanted = np.uint64(int.from_bytes(part, "little"))
            at = np.minimum(places + start, len(self.text))
            found &= (self.words[at] & mask) == wanted
        return found

    def heads(self, places: np.ndarray) -> np.ndarray:
        """The first bytes at each of the places, for `is_named`."""
        return self.words[np.minimum(places, len(self.text))]

    def is_named(self, places: np.ndarray, name: bytes, heads: np.ndarray | None = None) -> np.ndarray:
        """At which of the places an element's name begins that is `name`."""
        if heads is not None and len(name) < _WORD:
            found = (heads & np.uint64((1 << (8 * len(name))) - 1)) == np.uint64(int.from_bytes(name, "little"))
            rows = np.flatnonzero(found)
            found[rows] = NAME_END[(heads[rows] >> np.uint64(8 * len(name))) & np.uint64(255)]
            return found
        behind = np.minimum(places + len(name), len(self.text))
        return self.equals(places, name) & NAME_END[self.data[behind]]

    def named(self, places: np.ndarray, name: bytes) -> np.ndarray:
        """At which of the places, which rise, a name begins that is `name` with any prefix or none."""
        found = self.is_named(places, name)
        colons = self.places(COLON)
        colons = colons[self.is_named(colons + 1, name)]
        if len(colons) and len(places):
            rows = np.searchsorted(places, colons, side="right") - 1
            lengths = colons - places[rows]
            near = (rows >= 0) & (lengths > 0) & (lengths <= _PREFIX_BYTES)
            for size in np.unique(lengths[near]):
                at = rows[near & (lengths == size)]
                found[at] |= ~_NO_PREFIX[self.data[places[at][:, None] + np.arange(size)]].any(axis=1)
        return found
