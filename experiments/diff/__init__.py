"""What differs between two result folders of the same kind, and what may be the cause."""

from experiments.diff.differences import Diff, diff

__all__ = ["Diff", "diff"]
