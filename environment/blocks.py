"""Work over fixed blocks of rows, on as many threads as this process may use.

The blocks depend on the rows alone, so that the bits do not depend on the threads. The threads are plain ones
and run loops that release the lock of Python: no layer of numba has to be found, which on shared machines may
run two threads slower than one. A worker process has one thread.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import current_thread

BLOCK = 16_384
"""Rows in a block; fewer rows are one."""
FEW = 8 * BLOCK
"""Rows of light work, some ten nanoseconds each, up to which a second thread costs more than it saves."""
LOOKS = 4_096
"""Looks at a menu in a block, each of which takes far longer than a row elsewhere."""

_NAME = "block of rows"  # of the threads


def blocks(size: int, block: int = BLOCK) -> list[slice]:
    """Slices of so many rows, in order; an empty one where there are none."""
    return [slice(start, min(start + block, size)) for start in range(0, max(size, 1), block)]


def in_blocks(work: Callable[[slice], object], size: int) -> None:
    """Do light work on every block of so many rows, at once if they are few; it must touch no other rows."""
    if size <= FEW:
        work(slice(0, size))
        return
    for _ in by_block(work, size):
        pass


def by_block[Part](work: Callable[[slice], Part], size: int, block: int = BLOCK) -> Iterator[Part]:
    """What work gives of every block of so many rows, in order.

    Parameters
    ----------
    work : callable
        Takes the slice of a block; runs on several threads at once, and must touch nothing of other rows.
    size : int
        Number of rows.
    block : int
        Rows in a block.
    """
    if size <= block:
        return map(work, (slice(0, size),))
    parts = blocks(size, block)
    in_block = current_thread().name.startswith(_NAME)  # which must not wait for others of its kind
    if threads() == 1 or in_block:
        return map(work, parts)
    return _pool().map(work, parts)


@cache
def threads() -> int:
    """Threads of this process: its cores, or as many as ``NUMBA_NUM_THREADS`` allows."""
    allowed = os.environ.get("NUMBA_NUM_THREADS", "")
    return int(allowed) if allowed.isdigit() and int(allowed) else len(os.sched_getaffinity(0))


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads(), thread_name_prefix=_NAME)
