"""Guesses the encoding of text: `python -m partition_to_parquet.detect`, bytes on stdin, a JSON list of encodings on stdout, the likeliest first.

Only for people who are about to write a contract; a load never guesses.
"""

import codecs
import json
import sys

from charset_normalizer import from_bytes

from partition_to_parquet.encodings import CODECS

# Tables are full of digits and signs, which the detector takes for noise: its own limit of 0.2 refuses short ones.
_NOISE = 0.4
# So few letters beyond ASCII say nothing of the language: then the most common encoding is meant.
_FEW_BYTES = 5
_COMMON = "windows-1252"


def likely_encodings(data: bytes) -> list[str]:
    """The contract's names of the encodings that `data` may be in."""
    names = {codecs.lookup(codec).name: name for name, codec in CODECS.items() if not name.startswith("utf")}
    found = from_bytes(data, cp_isolation=[name.replace("-", "_") for name in names], threshold=_NOISE)
    ranked = [names[codecs.lookup(match.encoding).name] for match in found if codecs.lookup(match.encoding).name in names]
    common = _decoded(data, _COMMON)
    is_scarce = sum(byte >= 0x80 for byte in data) < _FEW_BYTES
    if common is not None and (is_scarce or not ranked or _decoded(data, ranked[0]) == common):
        ranked.insert(0, _COMMON)
    return list(dict.fromkeys(ranked))


def _decoded(data: bytes, name: str) -> str | None:
    try:
        return data.decode(CODECS[name])
    except UnicodeDecodeError:
        return None


if __name__ == "__main__":
    json.dump(likely_encodings(sys.stdin.buffer.read()), sys.stdout)
