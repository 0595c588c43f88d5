import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.parameters import parameters
from environment.scenario import Problem, Scenario, ScenarioError, Written
from experiments.load import load_scenario, shipped_scenarios


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to write scenarios in, which is also the working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, text: str | bytes) -> Path:
    """The path, after writing the text there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problems_of(scenario: str | Path, *settings: str) -> list[Problem]:
    """Everything that is wrong with a scenario."""
    with pytest.raises(ScenarioError) as caught:
        load_scenario(scenario, settings)
    return caught.value.problems


def changed(scenario: Scenario) -> dict[str, object]:
    """The values in which a scenario differs from the defaults."""
    return {key: value for key, value in scenario.values.items() if value != parameters()[key].value}


def test_the_shipped_scenarios_change_what_the_contract_says() -> None:
    assert {name: changed(load_scenario(name)) for name in shipped_scenarios()} == {
        "capped": {"policy.cap": 0.15},
        "closed-door": {"policy.access": "none"},
        "crypto-only": {"policy.classes": ("bitcoin", "broad_crypto")},
        "open-access": {},
        "sleeve": {"policy.access": "default", "policy.liquid_sleeve": 0.15},
    }


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_shipped_scenario_describes_itself(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.description.endswith(".")


def test_the_sleeve_binds_in_the_scenario_of_that_name() -> None:
    sleeve = load_scenario("sleeve")
    assert sleeve.number("policy.liquid_sleeve") > sleeve.number("funds.liquid_sleeve")


def test_an_empty_file_is_the_default_scenario(folder: Path) -> None:
    write(folder / "mine.toml", "")
    scenario = load_scenario("mine.toml")
    assert scenario.name == "mine"
    assert scenario.values == load_scenario("open-access").values


def test_keys_may_be_written_in_tables_dotted_or_quoted(folder: Path) -> None:
    for name, text in [("a", "[policy]\ncap = 0.2"), ("b", "policy.cap = 0.2"), ("c", '"policy.cap" = 0.2')]:
        assert changed(load_scenario(write(folder / f"{name}.toml", text))) == {"policy.cap": 0.2}


def test_a_file_extends_a_shipped_scenario_or_a_path_relative_to_itself(folder: Path) -> None:
    write(folder / "base" / "low.toml", 'extends = "capped"\nrun.years = 5')
    path = write(folder / "mine" / "lower.toml", 'extends = "../base/low.toml"\npolicy.cap = 0.05')
    scenario = load_scenario(path)
    assert changed(scenario) == {"policy.cap": 0.05, "run.years": 5}
    assert scenario.name == "lower"
    assert scenario.description == ""


def test_settings_come_last_and_later_ones_win(folder: Path) -> None:
    settings: list[str | Written] = ["policy.cap=0.3", "policy.cap=0.4", Written("--years", "run.years", 3)]
    assert changed(load_scenario("capped", settings)) == {"policy.cap": 0.4, "run.years": 3}


def test_the_files_read_are_hashed(folder: Path) -> None:
    base = write(folder / "low.toml", "policy.cap = 0.1")
    write(folder / "mine.toml", 'extends = "low.toml"')
    inputs = load_scenario("mine.toml").inputs
    assert inputs["low.toml"] == hashlib.sha256(base.read_bytes()).hexdigest()
    assert inputs["mine.toml"] != inputs["low.toml"]
    assert all(len(digest) == 64 for digest in inputs.values())
    assert "environment/numbers/policy.toml" in inputs
    assert "experiments/scenarios/closed-door.toml" in load_scenario("closed-door").inputs


def test_paths_are_relative_to_the_file_that_names_them_and_in_settings_to_the_current_folder(
    folder: Path,
) -> None:
    first = write(folder / "mine" / "people.csv", "age,share\n30,1\n")
    write(folder / "people.csv", "age,share\n40,1\n")
    write(folder / "mine" / "low.toml", 'population.ages = "people.csv"')
    write(folder / "mine" / "below" / "lower.toml", 'extends = "../low.toml"')
    scenario = load_scenario("mine/below/lower.toml")
    assert scenario.tables["population.ages"].rows == ((30.0, 1.0),)
    assert scenario.inputs["mine/people.csv"] == hashlib.sha256(first.read_bytes()).hexdigest()
    other = load_scenario("mine/below/lower.toml", ["population.ages=people.csv"])
    assert other.tables["population.ages"].rows == ((40.0, 1.0),)
    assert "mine/people.csv" not in other.inputs
    assert "people.csv" in other.inputs


def test_what_is_wrong_in_a_csv_file_is_told_with_the_rest(folder: Path) -> None:
    write(folder / "mine" / "people.csv", "age,share\n30,1%\n")
    write(folder / "mine" / "low.toml", 'population.ages = "people.csv"\npolicy.cap = 7')
    found = problems_of("mine/low.toml", "population.initial_balances=none.csv")
    assert [(one.place, one.key) for one in found] == [
        ("mine/people.csv, line 2", "share"),
        ("mine/low.toml", "policy.cap"),
        ("--set", "population.initial_balances"),
    ]


def test_everything_wrong_in_files_and_settings_is_told_at_once(folder: Path) -> None:
    write(folder / "low.toml", "policy.cap = 7\ndescription = 3")
    text = 'extends = "low.toml"\n[run]\nsavers = true\nyeers = 4\n[polcy]\n[policy]\nstart = 2025-08-01'
    write(folder / "mine.toml", text)
    found = problems_of("mine.toml", "x", "tax.withdrawal=-1", "market.impact.gold=inf", "policy.end=2020-01")
    assert [(one.place, one.key, one.nearest) for one in found] == [
        ("low.toml", "description", None),
        ("--set", "", None),
        ("low.toml", "policy.cap", None),
        ("mine.toml", "run.savers", None),
        ("mine.toml", "run.yeers", "run.years"),
        ("mine.toml", "polcy", "policy"),
        ("mine.toml", "policy.start", None),
        ("--set", "tax.withdrawal", None),
        ("--set", "market.impact.gold", None),
    ]


def test_a_contradiction_between_a_file_and_a_setting_is_found(folder: Path) -> None:
    write(folder / "mine.toml", 'policy.start = "2030-01"')
    (only,) = problems_of("mine.toml", "policy.end=2029-12")
    assert (only.place, only.key, only.value) == ("--set", "policy.end", "2029-12")


def test_an_unknown_name_is_told_with_the_nearest(folder: Path) -> None:
    (only,) = problems_of("caped")
    assert str(only) == (
        "scenario: caped: does not exist; allowed: one of capped, closed-door, crypto-only, open-access, "
        "sleeve, or a TOML file; nearest known name: capped"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[policy]\ncap = 0.1\ncap == 2\n", "is not TOML: Invalid value, line 3"),
        (b"policy.cap = 1\npolicy.cap = 2\n", "is not TOML: Cannot overwrite a value, line 2"),
        (b"[policy]\ncap = [1,\n2", "is not TOML: Unclosed array, line 3"),
        (b"[policy]\n\n# caf\xe9\n", "is not UTF-8 text, line 3"),
        (b"run.seed = " + b"9" * 5000, "is not TOML: Exceeds the limit"),
        (b"a = " + b"[" * 5000, "is nested too deeply"),
    ],
)
def test_what_is_not_toml_is_told_with_its_line(folder: Path, content: bytes, message: str) -> None:
    write(folder / "mine.toml", content)
    (only,) = problems_of("mine.toml")
    assert only.place == "mine.toml"
    assert only.message.startswith(message)


def test_a_table_nested_without_end_is_an_unknown_key(folder: Path) -> None:
    write(folder / "mine.toml", "policy" + ".a" * 3000 + " = 1")
    (only,) = problems_of("mine.toml")
    assert only.message == "is not a known key"
    assert len(only.key) <= 80


def test_a_key_written_twice_in_two_ways_is_refused(folder: Path) -> None:
    write(folder / "mine.toml", '"policy.cap" = 0.1\n[policy]\ncap = 0.2')
    (only,) = problems_of("mine.toml")
    assert (only.key, only.message) == ("policy.cap", "is written twice")


def test_an_array_of_tables_is_not_a_group(folder: Path) -> None:
    write(folder / "mine.toml", "[[policy]]\ncap = 0.1")
    (only,) = problems_of("mine.toml")
    assert (only.key, only.message) == ("policy", "is a group of keys, not a key")


def test_a_file_too_large_and_one_of_too_many_values_are_refused_as_a_whole(folder: Path) -> None:
    write(folder / "mine.toml", "#" * 1_000_000)
    assert changed(load_scenario("mine.toml")) == {}
    write(folder / "mine.toml", "#" * 1_000_001)
    assert [one.message for one in problems_of("mine.toml")] == ["is larger than 1000000 bytes"]
    most = 2 * len(parameters())
    for count, problems in ((most, most), (most + 1, 1)):
        write(folder / "mine.toml", "".join(f"x{number} = 1\n" for number in range(count)))
        assert len(problems_of("mine.toml")) == problems


@pytest.mark.parametrize("name", ["", ".", "no/such.toml", "nul\0l.toml", "x" * 5000])
def test_what_cannot_be_opened_is_a_problem(folder: Path, name: str) -> None:
    (only,) = problems_of(name)
    assert only.message in ("does not exist", "cannot be read: Is a directory")
    assert str(only).isprintable()


def test_a_link_to_itself_is_a_problem(folder: Path) -> None:
    (folder / "loop.toml").symlink_to("loop.toml")
    (only,) = problems_of("loop.toml")
    assert only.message.startswith("cannot be read")


def test_a_file_that_may_not_be_read_is_a_problem(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder / "mine.toml", "")

    opened = Path.open

    def refuse(path: Path, *how: Any) -> Any:  # noqa: ANN401 - as open itself
        if path.name == "mine.toml":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *how)

    monkeypatch.setattr(Path, "open", refuse)
    assert "cannot be read: Permission denied" in [one.message for one in problems_of("mine.toml")]


@pytest.mark.parametrize("base", ['"nowhere"', '""', "3", '["capped"]'])
def test_a_base_that_is_none_is_refused(folder: Path, base: str) -> None:
    write(folder / "mine.toml", f"extends = {base}")
    (only,) = problems_of("mine.toml")
    assert (only.place, only.key) == ("mine.toml", "extends")


def test_cycles_are_refused(folder: Path) -> None:
    write(folder / "a.toml", 'extends = "b.toml"\npolicy.cap = 2')
    write(folder / "b.toml", 'extends = "./a.toml"')
    found = problems_of("a.toml")
    assert [(one.place, one.key) for one in found] == [("b.toml", "extends"), ("a.toml", "policy.cap")]
    assert found[0].message == "leads back to a file that is being read"
    write(folder / "self.toml", 'extends = "self.toml"')
    assert len(problems_of("self.toml")) == 1


def test_a_chain_without_end_is_refused(folder: Path) -> None:
    for length in range(2000):
        write(folder / f"{length}.toml", f'extends = "{length + 1}.toml"')
    (only,) = problems_of("0.toml")
    assert (only.place, only.message) == ("99.toml", "ends a chain of 100 files")


def toml_files() -> Iterator[st.SearchStrategy[str]]:
    """Files that are TOML, nearly TOML, or nothing of the kind."""
    keys = st.sampled_from([*parameters(), "extends", "description", "policy", "a.b"])
    values = st.sampled_from(
        ["1", "-0.5", "nan", "inf", "true", '"all"', '"2020-01"', "[]", "{}", "1979-05-27", "x"]
    )
    yield st.lists(st.tuples(keys, values), max_size=4).map(
        lambda rows: "\n".join(f"{k} = {v}" for k, v in rows)
    )
    yield st.text()


@given(st.one_of(*toml_files()))
def test_any_file_gives_a_scenario_or_a_scenario_error(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "hostile.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        scenario = load_scenario(path)
    except ScenarioError as error:
        lines = str(error).splitlines()
    else:
        lines = [scenario.name]
    assert lines
    assert all(line.isprintable() for line in lines)


@given(st.lists(st.text(), max_size=3))
def test_any_settings_give_a_scenario_or_a_scenario_error(settings: list[str]) -> None:
    if not settings:
        return
    assert len(problems_of("open-access", *settings)) == len(settings)
