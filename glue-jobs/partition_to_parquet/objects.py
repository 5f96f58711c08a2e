"""The one seam to object storage. Tests put a folder in its place."""

from typing import Any, Protocol

import pyarrow as pa

from .errors import FileMismatch, FileUnreadable


class Objects(Protocol):
    """Reads and writes whole objects or ranges of them. Instances travel to the tasks, so they must pickle."""

    def read(
        self, bucket: str, key: str, version: str | None = None, etag: str | None = None,
        start: int | None = None, end: int | None = None,
    ) -> bytes:
        """The bytes [start, end) of an object. Raises FileMismatch when it is no longer the noted version."""
        ...  # fmt: skip

    def write(self, bucket: str, key: str, body: bytes | pa.Buffer) -> None:
        """Writes a whole object. A buffer is read where it lies: as bytes it would be in memory twice."""
        ...


class S3Objects:
    """Objects in S3. The client takes endpoint, region and credentials from its surroundings, in each process anew."""

    def __init__(self) -> None:
        self._client: Any = None

    def __getstate__(self) -> dict[str, Any]:
        return {"_client": None}

    @property
    def client(self) -> Any:
        if self._client is None:
            import boto3

            self._client = boto3.client("s3")
        return self._client

    def read(
        self, bucket: str, key: str, version: str | None = None, etag: str | None = None,
        start: int | None = None, end: int | None = None,
    ) -> bytes:  # fmt: skip
        from botocore.exceptions import ClientError

        request: dict[str, Any] = {"Bucket": bucket, "Key": key}
        if version is not None:
            request["VersionId"] = version
        if etag is not None:
            request["IfMatch"] = etag if etag.startswith('"') else f'"{etag}"'
        if start is not None or end is not None:
            request["Range"] = f"bytes={start or 0}-{'' if end is None else end - 1}"
        try:
            return self.client.get_object(**request)["Body"].read()
        except ClientError as error:
            raise _verdict_of(error, key) from error

    def write(self, bucket: str, key: str, body: bytes | pa.Buffer) -> None:
        self.client.put_object(Bucket=bucket, Key=key, Body=pa.BufferReader(body) if isinstance(body, pa.Buffer) else body)


def _verdict_of(error: Any, key: str) -> Exception:
    code = str(error.response.get("Error", {}).get("Code", ""))
    if code in ("PreconditionFailed", "412", "InvalidRange", "416"):
        return FileMismatch(f"'{key}' changed after the manifest was validated; deliver it again with a new manifest", key)
    if code in ("NoSuchKey", "NoSuchVersion", "404"):
        return FileMismatch(f"'{key}' was deleted after the manifest was validated; deliver it again with a new manifest", key)
    if code == "InvalidObjectState":
        return FileUnreadable(f"'{key}' is archived (Glacier) and cannot be read; restore it first", key)
    return error
