"""What the reading of files notes beside their records."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Notes:
    """`warnings` are (text, key of the file); `quotes` tell how many quotes a part has, and whether all were regular.

    `hints` are warnings of parts that as a whole look otherwise declared; they count for files that are not `fitting` in any
    part. `forms` tell how each file, by its index, was read.
    """

    warnings: set[tuple[str, str]] = field(default_factory=set)
    quotes: dict[int, tuple[int, bool]] = field(default_factory=dict)
    hints: set[tuple[str, str]] = field(default_factory=set)
    fitting: set[str] = field(default_factory=set)
    forms: dict[int, dict[str, Any]] = field(default_factory=dict)
    # Line ends of a part whose records begin on lines.
    lines: dict[int, int] = field(default_factory=dict)
    # All records of a file of which only some are taken.
    records: dict[int, int] = field(default_factory=dict)

    def warn(self, text: str, key: str) -> None:
        self.warnings.add((text, key))

    def hint(self, text: str, key: str) -> None:
        self.hints.add((text, key))

    def tell(self, file: int, **facts: Any) -> None:
        """Notes how a file was read."""
        self.forms.setdefault(file, {}).update(facts)

    def count_quotes(self, part: int, count: int, are_regular: bool) -> None:
        before, were_regular = self.quotes.get(part, (0, True))
        self.quotes[part] = (before + count, were_regular and are_regular)

    def add(self, other: "Notes") -> None:
        self.warnings |= other.warnings
        self.quotes.update(other.quotes)
        self.lines.update(other.lines)
        for file, records in other.records.items():
            self.records[file] = self.records.get(file, 0) + records
        self.hints |= other.hints
        self.fitting |= other.fitting
        for file, facts in other.forms.items():
            self.tell(file, **facts)
