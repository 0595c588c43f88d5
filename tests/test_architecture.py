"""The tree keeps the rules of the house, each rule finds what breaks it, and light imports stay light."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.house_rules import (
    ROOMS,
    RULES,
    Problem,
    Rule,
    Source,
    chance_is_addressed,
    doors_are_visible,
    doors_between_rooms,
    imports_are_absolute,
    public_names_are_explained,
    results_are_outputs,
    sizes_are_readable,
    sources,
)

HEAVY = ("matplotlib", "mesa", "numba", "numpy", "pandas", "pyarrow", "scipy", "seaborn")

WELL_BEHAVED = '''"""A module."""

from importlib.resources import files

import numpy as np

from environment.assets import CLASSES
from environment.typing import FloatArray


def total(values: FloatArray) -> float:
    """Sum of the values."""
    return float(np.sum(values)) + len(CLASSES) + len(str(files("environment")))
'''

PLANTED: list[tuple[Rule, str, str]] = [
    (doors_between_rooms, "agents/saving.py", "from environment.assets import CLASSES"),
    (doors_between_rooms, "agents/saving.py", "import experiments"),
    (doors_between_rooms, "agents/saving.py", "def f():\n    import environment.luck"),
    (doors_between_rooms, "environment/market/path.py", "from agents import saving"),
    (doors_between_rooms, "environment/funds/book.py", "import agents.choosing"),
    (doors_between_rooms, "environment/books.py", "from environment import model"),
    (doors_between_rooms, "environment/model.py", "from experiments.load import load_scenario"),
    (doors_between_rooms, "experiments/simulate.py", "from mesa import Model"),
    (doors_between_rooms, "experiments/bench/columns.py", "from mesa import Model"),
    (results_are_outputs, "experiments/report/page.py", "from results import old"),
    (results_are_outputs, "tests/test_report.py", "import results.old"),
    (results_are_outputs, "experiments/simulate.py", "from tests.golden import RUN"),
    (imports_are_absolute, "environment/books.py", "from .luck import Luck"),
    (imports_are_absolute, "tests/test_books.py", "from . import golden"),
    (doors_are_visible, "environment/books.py", "import importlib"),
    (doors_are_visible, "agents/saving.py", "from importlib import import_module"),
    (doors_are_visible, "agents/saving.py", "books = __import__('environment.books')"),
    (chance_is_addressed, "agents/saving.py", "import random"),
    (chance_is_addressed, "environment/books.py", "from time import perf_counter"),
    (chance_is_addressed, "environment/books.py", "import numpy as np\nx = np.random.default_rng(1)"),
    (chance_is_addressed, "experiments/simulate.py", "from numpy.random import default_rng"),
    (chance_is_addressed, "environment/model.py", "def f(self):\n    return self.model.rng.uniform()"),
    (chance_is_addressed, "environment/calendar.py", "import datetime\nx = datetime.datetime.now()"),
    (chance_is_addressed, "environment/calendar.py", "from datetime import date\nx = date.today()"),
    (chance_is_addressed, "agents/saving.py", "for x in {1, 2}:\n    print(x)"),
    (chance_is_addressed, "environment/books.py", "x = [y for y in set('ab')]"),
    (sizes_are_readable, "agents/saving.py", "x = 1\n" * 301),
    (sizes_are_readable, "agents/saving.py", "def f():\n" + "    x = 1\n" * 60),
    (sizes_are_readable, "agents/saving.py", "def f(a, b, c, d, e, *, f, g, h, i, j):\n    pass"),
    (public_names_are_explained, "agents/saving.py", "x = 1"),
    (public_names_are_explained, "agents/saving.py", '"""Text."""\ndef f():\n    pass'),
    (public_names_are_explained, "agents/saving.py", '"""Text."""\nclass A:\n    pass'),
    (
        public_names_are_explained,
        "agents/saving.py",
        '"""A."""\nclass A:\n    """A."""\n    def f(self): pass',
    ),
]


def name_of(value: object) -> str:
    return getattr(value, "__name__", "")


@cache
def problems_of_the_tree() -> dict[Rule, list[Problem]]:
    """What every rule finds, file by file, so that each is parsed once."""
    found: dict[Rule, list[Problem]] = {rule: [] for rule in RULES}
    for source in sources(*ROOMS, "tests"):
        for rule in RULES:
            found[rule].extend(rule(source))
    return found


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_the_tree_keeps_the_rule(rule: Rule) -> None:
    problems = problems_of_the_tree()[rule]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(("rule", "name", "text"), PLANTED, ids=name_of)
def test_a_planted_violation_is_found(rule: Rule, name: str, text: str) -> None:
    assert len(list(rule(Source(name, text)))) == 1


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_every_rule_has_a_planted_violation_and_leaves_good_code_alone(rule: Rule) -> None:
    assert any(planted is rule for planted, _, _ in PLANTED)
    assert not list(rule(Source("environment/books.py", WELL_BEHAVED)))


def test_the_world_may_meet_the_agents_and_experiments_may_read_the_clock() -> None:
    world = Source("environment/model.py", "import mesa\nfrom agents import saving")
    run = Source("experiments/simulate.py", "import time\nfrom environment.model import World")
    compared = Source("experiments/bench/plain_mesa.py", "from mesa import Agent, Model")
    assert not [*doors_between_rooms(world), *doors_between_rooms(compared)]
    assert not [*doors_between_rooms(run), *chance_is_addressed(run)]


def test_every_room_has_code_to_check() -> None:
    assert {source.room for source in sources(*ROOMS, "tests")} == {*ROOMS, "tests"}


def modules_after(program: str, folder: Path) -> set[str]:
    """Top-level names of the modules that a fresh interpreter has loaded after a program."""
    report = "import json, sys; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    command = [sys.executable, "-c", f"{program}\n{report}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_a_heavy_import_would_be_seen(tmp_path: Path) -> None:
    assert "numpy" in modules_after("import environment.typing", tmp_path)


def test_importing_experiments_is_light(tmp_path: Path) -> None:
    loaded = modules_after("import experiments", tmp_path)
    assert "experiments" in loaded
    assert not loaded & set(HEAVY)


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["compare", "--help"]])
def test_help_is_light(arguments: list[str], tmp_path: Path) -> None:
    program = f"""
import sys
from experiments.cli.main import main
sys.argv = ["thirdwave", *{arguments!r}]
try:
    code = main()
except SystemExit as end:
    code = end.code
assert not code, code
"""
    loaded = modules_after(program, tmp_path)
    assert "experiments" in loaded
    assert not loaded & set(HEAVY)


@pytest.mark.parametrize("package", ["agents", "environment"])
def test_a_foreign_package_of_the_same_name_is_refused(package: str, tmp_path: Path) -> None:
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").touch()
    command = [sys.executable, "-c", "import experiments"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert f"ImportError: thirdwave needs the package '{package}'" in done.stderr
    assert str(tmp_path / package) in done.stderr
