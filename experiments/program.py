"""Which program this is: the versions of what it is made of, and its commit."""

import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("thirdwave", "mesa", "numpy", "numba", "scipy", "pandas", "pyarrow", "seaborn", "matplotlib")
ROOT = Path(__file__).parent.parent


def versions() -> dict[str, str]:
    """Versions that the figures may depend on."""
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def commit() -> str | None:
    """Commit of the program, with ``+`` when its tree has changes; None outside a checkout of its own."""
    if not (ROOT / ".git").exists():
        return None
    try:
        head = _git("rev-parse", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return None
    return f"{head}+" if changed else head


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()
