"""Objects in a local folder, in place of S3: one folder a bucket, keys as paths, MD5 as ETag."""

import hashlib
from pathlib import Path

from partition_to_parquet.errors import FileMismatch


class FolderObjects:
    def __init__(self, root: str):
        self.root = str(root)

    def path(self, bucket: str, key: str) -> Path:
        # Percent-encoding lets every legal key be a file name, also 'a//b', '.', and names that end in '/'.
        from urllib.parse import quote

        return Path(self.root) / bucket / quote(key, safe="")

    def read(self, bucket, key, version=None, etag=None, start=None, end=None) -> bytes:
        data = self.path(bucket, key).read_bytes()
        if etag is not None and hashlib.md5(data).hexdigest() != etag.strip('"'):
            raise FileMismatch(f"'{key}' changed after the manifest was validated", key)
        return data[start or 0 : end]

    def write(self, bucket, key, body) -> None:
        path = self.path(bucket, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)

    def keys(self, bucket) -> list[str]:
        from urllib.parse import unquote

        folder = Path(self.root) / bucket
        return sorted(unquote(path.name) for path in folder.iterdir()) if folder.exists() else []
