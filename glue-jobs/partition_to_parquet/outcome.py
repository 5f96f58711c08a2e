"""What became of the records of a part: the numbers that the report adds up."""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from .batch import Batch
from .notes import Notes
from .rescue_counts import RescueCounts

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
    """Counts by file (its index) and the objects that were written: for the lake, for COPY, and rejects.

    `hints` and `forms` are those of Notes, `asides` are Arrow streams of undecided rows.
    """

    files: dict[int, FileCounts] = field(default_factory=dict)
    by_code: Counter = field(default_factory=Counter)
    output: list[dict] = field(default_factory=list)
    staged: list[dict] = field(default_factory=list)
    rejects: list[dict] = field(default_factory=list)
    orders: list = field(default_factory=list)
    warnings: set[tuple[str, str]] = field(default_factory=set)
    hints: set[tuple[str, str]] = field(default_factory=set)
    fitting: set[str] = field(default_factory=set)
    forms: dict[int, dict[str, Any]] = field(default_factory=dict)
    asides: list[bytes] = field(default_factory=list)
    # Records that are rejected once their text is read again, by (file, record number).
    conflicts: list[tuple[int, int]] = field(default_factory=list)
    rescued: RescueCounts = field(default_factory=RescueCounts)
    # Rows that an earlier load rejected and that have passed now.
    replayed: list[dict] = field(default_factory=list)

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
        self.staged.extend(other.staged)
        self.rejects.extend(other.rejects)
        self.orders.extend(other.orders)
        self.asides.extend(other.asides)
        self.conflicts.extend(other.conflicts)
        self.warnings |= other.warnings
        self.hints |= other.hints
        self.fitting |= other.fitting
        self.rescued.add(other.rescued)
        for file, facts in other.forms.items():
            self.forms.setdefault(file, {}).update(facts)

    def note(self, notes: Notes) -> None:
        """Takes over what the reading of files noted."""
        self.warnings |= notes.warnings
        self.hints |= notes.hints
        self.fitting |= notes.fitting
        for file, facts in notes.forms.items():
            self.forms.setdefault(file, {}).update(facts)

    def of_delivered(self, batch: Batch, passed_over: dict[int, list[str]]) -> "Outcome":
        """The same by the files that were delivered: members are counted in their archive. `batch` is the expanded one."""
        counts: dict[int, FileCounts] = {}
        forms: dict[int, dict[str, Any]] = {file: {"compression": "zip", "members": []} for file in passed_over}
        for file in batch.files:
            delivered, mine = file.delivered, self.of(file.index)
            into = counts.setdefault(delivered, FileCounts())
            for fate in FATES:
                setattr(into, fate, getattr(into, fate) + getattr(mine, fate))
            facts = self.forms.get(file.index, {})
            if file.member is None:
                forms[delivered] = facts
                continue
            facts = {name: value for name, value in facts.items() if name != "compression"}
            fates = {fate: getattr(mine, fate) for fate in FATES}
            forms[delivered]["members"].append({"key": file.key, **fates, "form": facts})
        for file, names in passed_over.items():
            if names:
                forms[file]["passed_over"] = names
        hints = {(text, key) for text, key in self.hints if key not in self.fitting}
        return replace(self, files=counts, forms=forms, hints=hints)
