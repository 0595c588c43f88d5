"""Settings of the whole suite."""

from hypothesis import settings

# The same examples on every machine and every day, and time for the first call of a compiled kernel.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")
