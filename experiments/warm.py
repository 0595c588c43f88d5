"""Compile the loops of the model once, so that the first run after an installation need not."""

from environment.model import World
from environment.standing import FEW_SAVERS
from experiments.load import load_scenario


def main() -> None:
    """Run a year under a cap with just enough savers for standing orders; numba keeps what it compiled."""
    World(load_scenario("capped").replace(savers=FEW_SAVERS + 1, years=1), handles=False).run_for(12)


if __name__ == "__main__":
    main()
