"""Reads batch.json: which files, in which versions, make up the batch."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class SourceFile:
    """One file of the batch, in the version that the validation noted. `index` is its place in the manifest."""

    index: int
    bucket: str
    key: str
    version_id: str | None
    etag: str | None
    content_length: int
    record_count: int | None
    sha256: str | None
    # What the named parts of the contract's `path` are in its key.
    path: dict[str, str] = field(default_factory=dict, hash=False)
    # Of a member of a zip archive: its place in it, and the archive. Its `key` is `<key of the archive>!<name>`.
    member: int | None = None
    archive: "SourceFile | None" = None
    # The index of the delivered file in the batch as it was validated, where members have indexes of their own.
    delivered: int = 0


@dataclass(frozen=True)
class Replay:
    """Which records are read once more: the rejected rows of a load, as files of the processed bucket.

    `records` are the records that each file had then.
    """

    rejects: tuple[str, ...]
    records: dict[str, int]


@dataclass(frozen=True)
class Batch:
    dataset: str
    partition: str
    partition_start: str
    batch_id: str
    revision: str
    place: str
    manifest_key: str
    landed: str
    contract: str
    files: tuple[SourceFile, ...]
    # None: the whole batch is loaded.
    replay: Replay | None = None


def read_batch(document: dict[str, Any]) -> Batch:
    """Builds a Batch from batch.json."""
    return Batch(
        dataset=document["dataset"],
        partition=document["partition"],
        partition_start=document["partition_start"],
        batch_id=document["batch_id"],
        revision=document["revision"],
        place=document["place"],
        manifest_key=document["manifest"]["key"],
        landed=document["manifest"]["last_modified"],
        contract=document["contract"],
        files=tuple(
            SourceFile(
                index=index,
                bucket=entry["bucket"],
                key=entry["key"],
                version_id=entry.get("version_id"),
                etag=entry.get("etag"),
                content_length=entry["content_length"],
                record_count=entry.get("record_count"),
                sha256=entry.get("sha256"),
                path=entry.get("path", {}),
            )
            for index, entry in enumerate(document["files"])
        ),
        replay=_replay(document.get("replay")),
    )


def _replay(asked: dict[str, Any] | None) -> Replay | None:
    return asked and Replay(tuple(asked["rejects"]), dict(asked["records"]))


def split_uri(uri: str) -> tuple[str, str]:
    """'s3://bucket/a b#c' → ('bucket', 'a b#c'). Keys are plain text: nothing is decoded."""
    if not uri.startswith("s3://"):
        raise ValueError(f"'{uri}' is no s3:// address")
    bucket, _, key = uri[len("s3://") :].partition("/")
    return bucket, key
