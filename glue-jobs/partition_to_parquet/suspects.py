"""Which identities may occur more than once in a batch: a superset of those that do, of bounded size however many they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .keys import repeated

# More repeated hashes than these do not travel to the tasks one by one; a table of bits stands for them (16 MiB).
EXACT_HASHES = 4_000_000
TABLE_BITS = 27
# Bits by which a small table tells at once most hashes that are not among the exact ones.
_FILTER_BITS = 20


@dataclass(frozen=True)
class Suspects:
    """Sorted hashes, or bits by the first TABLE_BITS bits of a hash. A hash that is wrongly suspected costs time only."""

    hashes: np.ndarray
    bits: np.ndarray | None = None

    def __bool__(self) -> bool:
        return self.bits is not None or len(self.hashes) > 0

    def among(self, hashes: np.ndarray) -> np.ndarray:
        """Which of `hashes` are suspected."""
        if self.bits is not None:
            places = hashes >> np.uint64(64 - TABLE_BITS)
            return (self.bits[places >> np.uint64(3)] >> (places & np.uint64(7)).astype(np.uint8)) & 1 > 0
        found = np.zeros(len(hashes), dtype=bool)
        if not len(self.hashes):
            return found
        shift = np.uint64(64 - _FILTER_BITS)
        table = np.zeros(1 << _FILTER_BITS, dtype=bool)
        table[self.hashes >> shift] = True
        rows = np.flatnonzero(table[hashes >> shift])
        wanted = hashes[rows]
        places = np.searchsorted(self.hashes, wanted)
        places[places == len(self.hashes)] = 0
        found[rows] = self.hashes[places] == wanted
        return found

    @property
    def share(self) -> float:
        """The share of all possible hashes that is suspected without cause."""
        return 0.0 if self.bits is None else float(np.unpackbits(self.bits).mean())


NOBODY = Suspects(np.zeros(0, dtype=np.uint64))


@dataclass(frozen=True)
class Repeated:
    """What was found among hashes: those that repeat, exactly or as bytes of the table from `first` on; and their rows."""

    rows: int
    hashes: np.ndarray
    first: int = 0
    bits: np.ndarray | None = None


def look_for_repeated(hashes: np.ndarray, most: int) -> Repeated:
    """The repeated ones of all hashes of a range of values; more than `most` as bits."""
    found = repeated(hashes)
    rows = int(Suspects(found).among(hashes).sum())
    if len(found) <= most:
        return Repeated(rows, found)
    places = np.unique(found >> np.uint64(64 - TABLE_BITS))
    first = int(places[0] >> np.uint64(3))
    flags = np.zeros(((int(places[-1]) >> 3) - first + 1) * 8, dtype=np.uint8)
    flags[places - np.uint64(first * 8)] = 1
    return Repeated(rows, found[:0], first, np.packbits(flags, bitorder="little"))


def gather(found: Sequence[Repeated]) -> Suspects:
    """The suspects of all ranges of values."""
    exact = [part.hashes for part in found]
    if all(part.bits is None for part in found):
        return Suspects(np.sort(np.concatenate(exact))) if exact else NOBODY
    table = np.zeros(1 << (TABLE_BITS - 3), dtype=np.uint8)
    for part in found:
        if part.bits is not None:
            table[part.first : part.first + len(part.bits)] |= part.bits
    for places in (np.unique(hashes >> np.uint64(64 - TABLE_BITS)) for hashes in exact):
        np.bitwise_or.at(table, places >> np.uint64(3), (1 << (places & np.uint64(7))).astype(np.uint8))
    return Suspects(np.zeros(0, dtype=np.uint64), table)


def divide(hashes: np.ndarray, bucket_bits: int) -> Iterable[np.ndarray]:
    """The hashes by their first bits, one array for each of the 2 ** bucket_bits buckets."""
    ordered = np.sort(hashes)
    bounds = np.arange(1, 1 << bucket_bits, dtype=np.uint64) << np.uint64(64 - bucket_bits) if bucket_bits else []
    return np.split(ordered, np.searchsorted(ordered, bounds)) if bucket_bits else [ordered]
