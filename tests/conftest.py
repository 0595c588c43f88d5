"""Settings of the whole suite."""

import os
import sys

import pytest
from hypothesis import settings

# Bytecode is kept whatever the shell says: numba writes beside it anyway, and without it every process of
# the suite, of which there are two hundred, would rewrite the assertions or compile the sources again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# The same examples on every machine and every day, and time for the first call of a compiled kernel.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest tests first, the pages of the docs: at the end one worker would wait for the other."""
    items.sort(key=lambda item: item.path.name != "test_readme.py")
