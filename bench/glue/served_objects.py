"""Objects in a local folder that are read as S3 serves them: only the bytes asked for, the ETag noted at the write."""

import hashlib
import json
from pathlib import Path
from typing import Any

from folder_objects import FolderObjects
from partition_to_parquet.errors import FileMismatch


class ServedObjects(FolderObjects):
    """FolderObjects digests the whole file at each read, which S3 does not; for 120 MB in ranges that outweighs the job."""

    def __init__(self, root: str):
        super().__init__(root)
        self.etags: dict[tuple[str, str], str] = {}

    def read(self, bucket: str, key: str, version: Any = None, etag: str | None = None, start: int | None = None, end: int | None = None) -> bytes:
        if etag is not None and self.etags.get((bucket, key)) != etag.strip('"'):
            raise FileMismatch(f"'{key}' changed after the manifest was validated", key)
        with self.path(bucket, key).open("rb") as file:
            file.seek(start or 0)
            return file.read() if end is None else file.read(max(0, end - (start or 0)))

    def write(self, bucket: str, key: str, body: bytes) -> None:
        super().write(bucket, key, body)
        self.etags[bucket, key] = hashlib.md5(body).hexdigest()


class FileObjects(ServedObjects):
    """For files that are too large to be written from memory: their length is noted as the ETag. Counts requests."""

    def read(self, bucket: str, key: str, version: Any = None, etag: str | None = None, start: int | None = None, end: int | None = None) -> bytes:
        self._count("r")
        return super().read(bucket, key, version, etag, start, end)

    def write(self, bucket: str, key: str, body: bytes) -> None:
        self._count("w")
        super().write(bucket, key, body)

    def _count(self, kind: str) -> None:
        """Notes a request where all processes see it."""
        with open(f"{self.root}/requests", "a") as file:
            file.write(kind)

    def requests(self) -> dict[str, int]:
        """How often objects were read and written so far."""
        noted = Path(self.root, "requests").read_text()
        return {"reads": noted.count("r"), "writes": noted.count("w")}

    def restage(self, arguments: dict[str, str], key: str) -> None:
        """Notes in the staged batch.json the file of the landing bucket as it lies there now."""
        bucket, _, batch_key = arguments["batch_file"].removeprefix("s3://").partition("/")
        batch = json.loads(self.read(bucket, batch_key))
        size = self.path("landing", key).stat().st_size
        self.etags["landing", key] = str(size)
        for entry in batch["files"]:
            if entry["key"] == key:
                entry.update({"content_length": size, "etag": str(size)})
        self.write(bucket, batch_key, json.dumps(batch).encode())
