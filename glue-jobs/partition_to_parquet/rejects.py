"""Rejected rows as JSON lines, in files of bounded size."""

import json

from .batch import Batch
from .errors import Reject
from .objects import Objects

RAW_LIMIT_BYTES = 1024 * 1024
FILE_BYTES = 64 * 1024 * 1024


class RejectWriter:
    """Writes the rejects of one part. Names come from the part, so that a task that runs again overwrites its own."""

    def __init__(self, objects: Objects, bucket: str, folder: str, part: str, batch: Batch):
        self.objects, self.bucket, self.prefix, self.batch = objects, bucket, f"{folder}rejected/{part}", batch
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


def reject_line(reject: Reject, source_file: str, batch: Batch) -> bytes:
    """One rejected row. Bytes that are no UTF-8 are shown as \\xNN."""
    raw, cut = cut_raw(reject.raw)
    row = {
        "reason": reject.code,
        "column": reject.column,
        "rule": reject.rule,
        "message": reject.message,
        "source_file": source_file,
        "record_number": reject.record_number,
        "raw": raw.decode("utf-8", "backslashreplace"),
        **({"raw_truncated": True} if cut else {}),
        "batch_id": batch.batch_id,
        "partition": batch.partition,
    }
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def cut_raw(raw: bytes) -> tuple[bytes, bool]:
    """The raw text of at most RAW_LIMIT_BYTES, cut between characters."""
    if len(raw) <= RAW_LIMIT_BYTES:
        return raw, False
    end = RAW_LIMIT_BYTES
    while end > RAW_LIMIT_BYTES - 4 and raw[end] & 0xC0 == 0x80:
        end -= 1
    return raw[:end], True
