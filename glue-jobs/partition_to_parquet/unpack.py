"""Writes the beginning of a local file to stdout, unpacked as a load would: `python -m partition_to_parquet.unpack PATH BYTES`.

Of an archive the first member. A file that a load could not unpack: exit code 1, and the reason on stderr.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from partition_to_parquet.archives import expand, member_pieces
from partition_to_parquet.batch import Batch, SourceFile
from partition_to_parquet.errors import Verdict
from partition_to_parquet.packing import packing_of, unpacked
from partition_to_parquet.preview import LocalFiles
from partition_to_parquet.stored import stored_pieces

_PIECE_BYTES = 1024 * 1024


def beginning(path: str, limit: int) -> bytes:
    """At most `limit` bytes. Raises FileUnreadable."""
    kept, size = [], 0
    for piece in _pieces(path):
        kept.append(piece)
        size += len(piece)
        if size >= limit:
            break
    return b"".join(kept)[:limit]


def _pieces(path: str) -> Iterator[bytes]:
    objects = LocalFiles({path: path})
    file = SourceFile(0, "files", path, None, None, Path(path).stat().st_size, None, None)
    batch = Batch(*[""] * 9, files=(file,))
    files = expand(batch, objects, "auto", looks_inside=True).batch.files
    if not files:
        return iter(())
    if files[0].member is not None:
        return member_pieces(objects, files[0])
    whole = b"".join(stored_pieces(objects, file))
    kind = packing_of(whole[:16], file, "auto")
    pieces = (whole[at : at + _PIECE_BYTES] for at in range(0, len(whole), _PIECE_BYTES))
    return pieces if kind == "none" else unpacked(pieces, kind, file)


def main() -> int:
    """The command."""
    path, limit = sys.argv[1:]
    try:
        data = beginning(path, int(limit))
    except Verdict as verdict:
        sys.stderr.write(verdict.message.replace(path, Path(path).name))
        return 1
    sys.stdout.buffer.write(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
