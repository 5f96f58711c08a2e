"""What became of the records of a part: the numbers that the report adds up."""

from collections import Counter
from dataclasses import dataclass, field

FATES = ("read", "written", "deduplicated", "rejected")

@dataclass
class FileCounts:
    """read is counted where records are split, the fates where each of them is decided."""

    read: int = 0
    written: int = 0
    deduplicated: int = 0
    rejected: int = 0


@dataclass
class Outcome:
    """Counts by file (its index) and the objects that were written.

    `aside` is an Arrow stream of undecided rows, `asides` are the names under which more of them lie in every bucket.
    """

    files: dict[int, FileCounts] = field(default_factory=dict)
    by_code: Counter = field(default_factory=Counter)
    output: list[dict] = field(default_factory=list)
    rejects: list[dict] = field(default_factory=list)
    orders: list = field(default_factory=list)
    warnings: set[tuple[str, str]] = field(default_factory=set)
    aside: bytes | None = None
    asides: list[str] = field(default_factory=list)

    def of(self, file: int) -> FileCounts:
        return self.files.setdefault(file, FileCounts())

    def add(self, other: "Outcome") -> None:
        """Adds what another part came to."""
        for file, counts in other.files.items():
            mine = self.of(file)
            for fate in FATES:
                setattr(mine, fate, getattr(mine, fate) + getattr(counts, fate))
        self.by_code.update(other.by_code)
        self.output.extend(other.output)
        self.rejects.extend(other.rejects)
        self.orders.extend(other.orders)
        self.warnings |= other.warnings

