"""How much the random tests try: in the long form of `npm run long` (SLUICE_LONG=1) all, otherwise a sample."""

import os


def tries(most: int) -> int:
    return most if os.environ.get("SLUICE_LONG") == "1" else most // 4
