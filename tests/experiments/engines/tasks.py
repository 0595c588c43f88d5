"""Work for the workers of the tests, which import it by its name."""

import os
import signal
import time
from pathlib import Path


def square(number: int) -> int:
    return number * number


def square_slowly(number: int, seconds: float) -> int:
    time.sleep(seconds)
    return square(number)


def kill_at_first(number: int, folder: Path) -> int:
    """Square a number, but be killed the first time that it is tried."""
    try:
        (folder / str(number)).touch(exist_ok=False)
    except FileExistsError:
        return square(number)
    return kill(number)


def kill(number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return number


def kill_if(number: int, deadly: bool) -> int:
    return kill(number) if deadly else square(number)


def refuse(number: int) -> int:
    raise ValueError(f"{number} is refused")
