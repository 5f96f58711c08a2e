"""What can be wrong: a value, a record, a file, or the job's own inputs."""

from collections.abc import Sequence
from dataclasses import dataclass


class BadValue(Exception):
    """A value that its column cannot hold. `code` is one of the closed list of reject codes."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code
        self.message = message

    def bare(self) -> "BadValue":
        """The same to be kept: an exception holds the frames that it came through, and they the block that was read there."""
        return BadValue(self.code, self.message)


class Verdict(Exception):
    """A file or batch that cannot be judged: data for the report, not a failure of the job."""

    error = "FileUnreadable"
    # Whether messages are made of keys, sizes and digests alone.
    tells_no_content = False

    def __init__(self, message: str, file: str | None = None):
        super().__init__(message)
        self.message = message
        self.file = file

    def __reduce__(self):
        return (type(self), (self.message, self.file))


class FileUnreadable(Verdict):
    """A file that cannot be opened, decompressed or decoded, or whose header or records cannot be found."""


class StructureChanged(Verdict):
    """A file whose columns are no longer those of the contract."""

    error = "StructureChanged"


class FileMismatch(Verdict):
    """A file that is not what the manifest says, or that changed while it was read."""

    error = "FileMismatch"
    tells_no_content = True


class ContractInvalid(Exception):
    """The compiled contract asks for something that this job does not know. `sluice check` should have said so."""


class NeedsSpark(Exception):
    """The contract has SQL that the core does not evaluate itself, and there is no Spark here. Hosts go on by this name."""

    def __init__(self, reasons: Sequence[str]):
        super().__init__("; ".join(reasons))
        self.reasons = tuple(reasons)

    def __reduce__(self):
        return (type(self), (self.reasons,))


@dataclass(frozen=True)
class Reject:
    """One rejected record. `raw` is its text as it stood, uncut; None where the contract keeps none."""

    record_number: int
    code: str
    column: str | None
    rule: str | None
    message: str
    raw: bytes | None
    # The line on which it begins, of text with lines.
    line_number: int | None = None
