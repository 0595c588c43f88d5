"""Mesa without what the model does not use of it, and with it for whoever does."""

import subprocess
import sys

import pytest

SCRIPT = """
import sys
import experiments.lean
print([name for name in experiments.lean.PUT_OFF if name in sys.modules])
"""


def said(script: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("used", "expected"),
    [
        ("import pandas; print(pandas.DataFrame({'a': [1]}).a.sum())", "1"),
        ("import mesa; print(mesa.discrete_space.Network.__name__)", "Network"),
        ("import mesa; print(mesa.space.MultiGrid.__name__)", "MultiGrid"),
        ("from mesa.discrete_space import Network as one; print(one.__name__)", "Network"),
        ("import mesa; print(mesa.agent.pd.Series([2]).sum())", "2"),
        ("import networkx; print(networkx.path_graph(3).size())", "2"),
    ],
)
def test_what_was_put_off_is_there_for_whoever_asks(used: str, expected: str) -> None:
    assert said(SCRIPT + used) == ["[]", expected]


def test_what_was_imported_before_stays() -> None:
    assert said("import pandas" + SCRIPT + "import pandas as again; print(again is pandas)") == [
        "['pandas']",
        "True",
    ]


def test_mesa_that_was_imported_before_is_left_alone() -> None:
    (named,) = said("import mesa" + SCRIPT)
    assert "networkx" in named


def test_the_search_for_callers_is_put_back_and_finds_the_same_names() -> None:
    same = """
import inspect
def asked(by): return [(one.filename, one.lineno, one.function) for one in by(inspect.currentframe())]
print(inspect.getouterframes is not experiments.lean.callers)
print(asked(inspect.getouterframes) == asked(experiments.lean.callers))
"""
    assert said(SCRIPT + same)[1:] == ["True", "True"]
