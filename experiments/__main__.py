"""`python -m experiments` is the `thirdwave` command."""

import sys

from experiments.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
