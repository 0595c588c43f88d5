"""What a sweep file may say, and that all that is wrong with one is told at once."""

from pathlib import Path

import pytest

from environment.problems import ScenarioError
from experiments.headlines import UNITS
from experiments.sweep.load import load_design, shipped_designs
from experiments.sweep.sampling import cells_of, count_of
from tests.experiments.sweep.designs import TINY, tiny, written


def problems(folder: Path, text: str) -> str:
    with pytest.raises(ScenarioError) as refused:
        load_design(written(folder, text))
    return str(refused.value)


def test_a_file_is_read_in_full(tmp_path: Path) -> None:
    design = tiny(tmp_path)
    assert (design.name, design.method, design.replications, design.base.months) == ("tiny", "grid", 2, 12)
    assert design.base.whole("run.savers") == 50
    assert design.ranges == {"policy.cap": (0.05, 0.4), "savers.inertia": (0.2, 0.9)}
    assert design.roles == dict.fromkeys(design.ranges, "parameter")
    assert [one.name for one in design.outcomes] == ["gini", "wealth_mean_real"]


def test_name_outcomes_and_scenario_have_defaults(tmp_path: Path) -> None:
    design = load_design(
        written(tmp_path, '[design]\nmethod="list"\nparameters={"policy.cap"=[0.1]}', "x.toml")
    )
    assert (design.name, design.base.name) == ("x", "open-access")
    assert [one.name for one in design.outcomes] == list(UNITS)
    assert design.base.whole("run.savers") == 20_000


def test_settings_hold_against_the_file(tmp_path: Path) -> None:
    design = load_design(written(tmp_path), ["run.savers=70", "savers.advert_weight=0.1"])
    assert (design.base.whole("run.savers"), design.base.number("savers.advert_weight")) == (70, 0.1)


def test_keys_without_quotation_marks_are_the_same(tmp_path: Path) -> None:
    bare = TINY.replace('"policy.cap"', "policy.cap")
    assert tiny(tmp_path, bare).hash() == tiny(tmp_path).hash()


def test_the_scenario_is_found_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('extends = "closed-door"\n[savers]\nadvert_weight = 0.25')
    design = tiny(tmp_path, TINY.replace('"open-access"', '"mine.toml"'))
    assert design.base.number("savers.advert_weight") == 0.25


@pytest.mark.parametrize("how", ["add", "times", "set"])
def test_a_factor_moves_its_keys_together(tmp_path: Path, how: str) -> None:
    text = f"""
    [design]
    method = "grid"
    [design.levers]
    both = [0.5]
    [design.factors.both]
    keys = ["funds.gate.monthly", "funds.gate.quarterly"]
    how = "{how}"
    """
    design = tiny(tmp_path, text)
    moved = {line.key: line.value for line in design.written(cells_of(design)[0])}
    expected = {"add": (0.52, 0.55), "times": (0.01, 0.025), "set": (0.5, 0.5)}[how]
    assert list(moved.values()) == pytest.approx(expected)
    assert design.roles == {"both": "lever"}


def test_the_hash_is_of_what_the_table_depends_on(tmp_path: Path) -> None:
    same = tiny(tmp_path, f'description = "words"\n{TINY}').hash()
    assert same == tiny(tmp_path).hash()
    others = {
        tiny(tmp_path, TINY.replace(old, new)).hash()
        for old, new in [
            ("0.4", "0.5"),
            ("replications = 2", "replications = 3"),
            ('"gini", ', ""),
            ("tiny", "teeny"),
            ("savers = 50", "savers = 51"),
            ('"grid"', '"list"'),
        ]
    }
    assert len(others | {same}) == 7


@pytest.mark.parametrize("name", shipped_designs())
def test_shipped_designs_are_sound(name: str) -> None:
    design = load_design(name)
    assert design.description
    assert design.base.whole("run.savers") == 2000
    assert design.base.whole("run.years") == 40
    assert 20 <= count_of(design) <= 400


WRONG = {
    "unknown top": ("savers = 50", "saverz = 50", ["saverz", "nearest known name: savers"]),
    "wrong size": ("savers = 50", "savers = -3", ["run.savers = -3", "out of range"]),
    "wrong type": ("replications = 2", 'replications = "x"', ["run.replications = x", "not a whole number"]),
    "no scenario": ('"open-access"', '"open-acces"', ["does not exist", "nearest known name: open-access"]),
    "scenario is a number": ('"open-access"', "3", ["scenario = 3", "not a text"]),
    "unknown outcome": ('"gini", ', '"ginni", ', ["ginni", "nearest known name: gini"]),
    "outcome twice": ('"gini", ', '"wealth_mean_real", ', ["outcomes = wealth_mean_real", "twice"]),
    "no outcomes": ('["gini", "wealth_mean_real"]', "[]", ["outcomes = []"]),
    "unknown method": ('"grid"', '"gird"', ["design.method = gird", "nearest known name: grid"]),
    "unknown key": ("policy.cap", "policy.capp", ["policy.capp", "nearest known name: policy.cap"]),
    "key of the run": ("policy.cap", "run.savers", ["run.savers", "the same in all cells"]),
    "empty range": ("[0.05, 0.4]", "[]", ["policy.cap = []", "empty range"]),
    "not a list": ("[0.05, 0.4]", "0.05", ["policy.cap = 0.05", "no list"]),
    "out of range": ("[0.05, 0.4]", "[0.05, 1.4]", ["policy.cap = 1.4", "from 0 to 1"]),
    "not a number": ("[0.05, 0.4]", '[0.05, "x"]', ["policy.cap = x", "not a number"]),
    "value twice": ("[0.05, 0.4]", "[0.05, 0.05]", ["policy.cap = 0.05", "duplicate cells"]),
    "name of a folder": ('"tiny"', '"a/b"', ["name = a/b"]),
    "group of one": ('"grid"', '"grid"\ngroups = {one = ["policy.cap"]}', ["single group", "in no group"]),
    "unknown table": ("[design.parameters]", "[design.paramters]", ["design.paramters", "is empty"]),
    "factor unused": ('"grid"', '"grid"\nfactors = {f = {keys = ["policy.cap"]}}', ["without values"]),
    "factor unknown": (
        '"grid"',
        '"grid"\nfactors = {f = {keys = ["policy.ca"]}}',
        ["nearest known name: policy.cap"],
    ),
    "factor wrong": ('"grid"', '"grid"\nfactors = {f = {key = 3, how = "x"}}', ["f.key", "f.how", "f.keys"]),
    "set and varied": ("savers = 50", 'set = {"policy.cap" = 0.3}\nsavers = 50', ["set and is varied"]),
    "stopping": ("[design]", "[stopping]\nmost = 1\n[design]", ["lacks the table half_width"]),
    "stopping names": (
        "[design]",
        "[stopping.half_width]\nginni = 1\n[design]",
        ["stopping.half_width.ginni", "nearest known name: gini"],
    ),
    "half width": ("[design]", "[stopping.half_width]\ngini = 0\n[design]", ["half_width.gini = 0"]),
    "not TOML": ("[design]", "[design", ["is not TOML", "line"]),
}


@pytest.mark.parametrize(("old", "new", "told"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told(tmp_path: Path, old: str, new: str, told: list[str]) -> None:
    said = problems(tmp_path, TINY.replace(old, new))
    assert all(words in said for words in told), said
    assert all("tiny.toml: " in line for line in said.splitlines())


def test_the_low_end_of_a_range_is_below_the_high_one(tmp_path: Path) -> None:
    text = TINY.replace('"grid"', '"lhs"').replace("[0.05, 0.4]", "[0.4, 0.05]")
    assert "policy.cap = [0.4, 0.05]: is an empty range" in problems(tmp_path, text)


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = TINY
    for name in ("unknown top", "wrong type", "unknown outcome", "unknown method", "unknown key"):
        text = text.replace(*WRONG[name][:2])
    said = problems(tmp_path, text)
    assert all(word in said for word in ("saverz", "replications", "ginni", "gird", "policy.capp"))


def test_sizes_are_looked_at_without_a_scenario_too(tmp_path: Path) -> None:
    text = TINY.replace('"open-access"', '"open-acces"').replace("replications = 2", "replications = 0")
    said = problems(tmp_path, text)
    assert "open-acces: does not exist" in said
    assert "run.replications = 0: is out of range" in said


def test_a_setting_of_what_is_varied_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="set and is varied by the design"):
        load_design(written(tmp_path), ["policy.cap=0.2"])


def test_columns_of_a_list_are_of_equal_length(tmp_path: Path) -> None:
    text = TINY.replace('"grid"', '"list"').replace("[0.05, 0.4]", "[0.05]")
    assert "has 1 value" in problems(tmp_path, text)


def test_cells_of_a_list_are_given_once(tmp_path: Path) -> None:
    text = TINY.replace('"grid"', '"list"').replace("[0.05, 0.4]", "[0.05, 0.05]").replace("0.9", "0.2")
    assert "is cell 1 and cell 0" in problems(tmp_path, text)


@pytest.mark.parametrize("method", ["lhs", "sobol", "morris"])
def test_only_numbers_are_drawn(tmp_path: Path, method: str) -> None:
    text = f'[design]\nmethod="{method}"\n[design.levers]\n"policy.access"=["menu", "all"]'
    assert "cannot be drawn" in problems(tmp_path, text)


def test_steps_of_morris_are_not_rounded(tmp_path: Path) -> None:
    text = '[design]\nmethod = "morris"\n[design.levers]\n"savers.max_funds" = [1, 4]'
    assert "savers.max_funds: is a whole number" in problems(tmp_path, text)


def test_the_order_of_keys_is_part_of_a_drawn_design(tmp_path: Path) -> None:
    one, two = '"policy.cap" = [0.1, 0.4]', '"savers.inertia" = [0.2, 0.9]'
    head = '[design]\nmethod = "sobol"\n[design.levers]\n'
    assert tiny(tmp_path, f"{head}{one}\n{two}").hash() != tiny(tmp_path, f"{head}{two}\n{one}").hash()


def test_sobol_wants_a_power_of_two(tmp_path: Path) -> None:
    text = TINY.replace('"grid"', '"sobol"\nsamples = 12')
    assert "design.samples = 12" in problems(tmp_path, text)


def test_what_a_factor_makes_of_a_key_has_to_be_allowed(tmp_path: Path) -> None:
    factor = '[design.factors.f]\nkeys = ["policy.cap"]\nhow = "add"\n[design.levers]\nf = [0.1]\n'
    factor = f'[design]\nmethod = "grid"\n{factor}'
    assert "policy.cap = 1.1: is out of range" in problems(tmp_path, factor)


def test_a_design_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="nearest known name: excess-fees"):
        load_design("exces-fees")
