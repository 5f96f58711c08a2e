"""Rejected rows as JSON lines, in files of bounded size."""

import json

from .batch import Batch
from .contract import Contract
from .errors import Reject
from .objects import Objects

RAW_LIMIT_BYTES = 1024 * 1024
FILE_BYTES = 64 * 1024 * 1024
# The file of those that passed when they were replayed ends so: publishing goes by it.
REPLAYED = "replayed"


class RejectWriter:
    """Writes the rejects of one part. Names come from the part, so that a task that runs again overwrites its own."""

    def __init__(self, objects: Objects, bucket: str, folder: str, part: str, batch: Batch):
        self.objects, self.bucket, self.folder, self.batch = objects, bucket, folder, batch
        self.prefix = f"{folder}rejected/{part}"
        self.lines: list[bytes] = []
        self.size = 0
        self.files: list[dict] = []

    def add(self, source_file: str, rejects: list[Reject]) -> None:
        for reject in rejects:
            line = reject_line(reject, source_file, self.batch)
            self.lines.append(line)
            self.size += len(line)
            if self.size >= FILE_BYTES:
                self.flush()

    def flush(self) -> None:
        if not self.lines:
            return
        key = f"{self.prefix}-{len(self.files):03d}.json"
        body = b"".join(self.lines)
        self.objects.write(self.bucket, key, body)
        self.files.append({"key": key, "content_length": len(body), "rows": len(self.lines)})
        self.lines, self.size = [], 0

    def write_replayed(self, rows: list[dict]) -> dict:
        """Writes rejected rows of an earlier load that have passed since: they stay listed, and say so."""
        key = f"{self.folder}replayed/{REPLAYED}.json"
        body = b"".join(_json_line(row) for row in rows)
        self.objects.write(self.bucket, key, body)
        return {"key": key, "content_length": len(body), "rows": len(rows)}


def conflict_inside(contract: Contract, record: int, raw: bytes, line: int | None) -> Reject:
    """One of several records of a key that nothing puts in order."""
    which = "the same" if contract.is_history else "the same greatest"
    order = f", {which} {contract.order_by}" if contract.order_by else ""
    names = ", ".join(contract.key)
    message = f"several records have this key ({names}){order} but different content; none of them is written"
    return _conflicting(contract, record, raw, line, message)


def conflict_with_loaded(contract: Contract, record: int, raw: bytes, line: int | None) -> Reject:
    """A replayed record that others of its key contradict: one that is loaded, or others that are replayed."""
    order = f" and the same {contract.order_by}" if contract.order_by else ""
    names = ", ".join(contract.key)
    message = f"another record of the batch has this key ({names}){order} but different content; the loaded row stays as it is"
    return _conflicting(contract, record, raw, line, message)


def _conflicting(contract: Contract, record: int, raw: bytes, line: int | None, message: str) -> Reject:
    return Reject(record, "conflicting_key", contract.key[0] if contract.key else None, "conflicts: reject", message, raw, line)


def reject_line(reject: Reject, source_file: str, batch: Batch) -> bytes:
    """One rejected row. Bytes that are no UTF-8 are shown as \\xNN."""
    raw, cut = cut_raw(reject.raw) if reject.raw is not None else (None, False)
    row = {
        "reason": reject.code,
        "column": reject.column,
        "rule": reject.rule,
        "message": reject.message,
        "source_file": source_file,
        "record_number": reject.record_number,
        "line_number": reject.line_number,
        "raw": None if raw is None else raw.decode("utf-8", "backslashreplace"),
        **({"raw_truncated": True} if cut else {}),
        "batch_id": batch.batch_id,
        "partition": batch.partition,
    }
    return _json_line(row)


def _json_line(row: dict) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def cut_raw(raw: bytes) -> tuple[bytes, bool]:
    """The raw text of at most RAW_LIMIT_BYTES, cut between characters."""
    if len(raw) <= RAW_LIMIT_BYTES:
        return raw, False
    end = RAW_LIMIT_BYTES
    while end > RAW_LIMIT_BYTES - 4 and raw[end] & 0xC0 == 0x80:
        end -= 1
    return raw[:end], True
