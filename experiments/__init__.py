"""What people do with the model: scenarios, runs, comparisons, reports and the command line.

    from experiments import load_scenario, run
    result = run(load_scenario("open-access").replace(savers=20_000), seed=1)

The names are imported when they are first used, so that `import experiments` stays light.
"""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.load import load_scenario
    from experiments.simulate import run

__all__ = ["load_scenario", "run"]

# `compare` is not among them: the module experiments.compare has that name already, and which of the two
# `from experiments import compare` would give depended on what had been imported before.
_HOMES = {"load_scenario": "experiments.load", "run": "experiments.simulate"}


def __getattr__(name: str) -> object:
    """Import a public name from the module it lives in."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])


def _refuse_foreign_packages() -> None:
    """Check that `agents` and `environment` are ours: other projects use these plain names too.

    Raises
    ------
    ImportError
        If either is missing or lies elsewhere than beside this package.
    """
    home = Path(__file__).resolve().parent.parent
    for name in ("agents", "environment"):
        spec = find_spec(name)
        origin = spec.origin if spec else None
        if origin is None or Path(origin).resolve() != home / name / "__init__.py":
            raise ImportError(
                f"thirdwave needs the package {name!r} of {home}, but Python finds {origin or 'none'}. "
                "Run it from another folder, or in an environment of its own (`make run` makes one in .venv)."
            )


_refuse_foreign_packages()
