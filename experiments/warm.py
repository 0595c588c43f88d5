"""Compile the loops of the model once, so that the first run after an installation need not."""

from environment.model import World
from experiments.load import load_scenario


def main() -> None:
    """Run a year of a small world under a cap; numba keeps what it compiled beside the sources."""
    World(load_scenario("capped").replace(savers=50, years=1), handles=False).run_for(12)


if __name__ == "__main__":
    main()
