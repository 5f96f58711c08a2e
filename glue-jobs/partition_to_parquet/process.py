"""How Python and the C library keep house in a process that converts."""

import ctypes
import gc
from functools import cache

# glibc's numbers of these settings (malloc.h), and the largest threshold that it takes on 64 bits.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_MOST_MMAP_BYTES = 32 * 1024 * 1024
# So much free memory a process keeps for the next block.
_KEPT_BYTES = 128 * 1024 * 1024


@cache
def settle_process() -> None:
    """Once a process, before its first record: what is frozen is never freed."""
    _spare_the_collector()
    _keep_freed_memory()


def _spare_the_collector() -> None:
    """Records are many small objects without cycles: at its usual threshold the collector walks all of them again and again."""
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)


def _keep_freed_memory() -> None:
    """Each block needs the same large arrays again. Given back in between, every page of them is a fault: a fifth of CSV's time.

    Without glibc nothing changes.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return
    mallopt(_MMAP_THRESHOLD, _MOST_MMAP_BYTES)
    mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)
