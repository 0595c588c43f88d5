"""Strange sweep files: each is refused in words, or is a design that can be written and read again."""

import io
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from environment.parameters import parameters
from experiments.cli.main import main
from experiments.sweep import estimate
from experiments.sweep.files import design_files
from experiments.sweep.load import MOST_CELLS, load_design
from experiments.sweep.sampling import count_of

SIZE = 'savers = 20\nyears = 0\nreplications = 2\noutcomes = ["gini"]\n'
GRID = '[design]\nmethod = "grid"\n'
PLAIN = f'{SIZE}{GRID}[design.parameters]\n"policy.cap" = [0.1, 0.2]\n'
HUGE = "9" * 400


def moved_by(
    factor: str, keys: str = '["policy.cap"]', how: str = '"set"', values: str = "[0.1, 0.2]"
) -> str:
    """A design of one factor."""
    return (
        f"{SIZE}{GRID}[design.parameters]\n{factor} = {values}\n"
        f"[design.factors.{factor}]\nkeys = {keys}\nhow = {how}\n"
    )


STRANGE = {
    "a name of stars": ('name = "**"\n' + PLAIN, None),
    "a name of a pattern": ('name = "[a"\n' + PLAIN, None),
    "a name too long for a disk": (f'name = "{"é" * 101}"\n' + PLAIN, "cannot name a folder"),
    "a name that turns the line": ('name = "\\u202eabc"\n' + PLAIN, "cannot name a folder"),
    "a name of nothing": ('name = " "\n' + PLAIN, "cannot name a folder"),
    "a name of dots": ('name = ".."\n' + PLAIN, "cannot name a folder"),
    "a factor of an endless number": (moved_by("f", values=f"[{HUGE}]"), "is not a number"),
    "a factor named as an outcome": (moved_by("gini"), "is a column of the table already"),
    "a factor named as a column": (moved_by("cell"), "is a column of the table already"),
    "a factor without a name": (moved_by('""'), "is no name"),
    "a factor of lists": (moved_by("f", '[["policy.cap"], {}]', "[1]"), "is no key of a number"),
    "an endless half width": (f"{PLAIN}[stopping]\n[stopping.half_width]\ngini = {HUGE}\n", "no half width"),
    "a half width without end": (f"{PLAIN}[stopping]\n[stopping.half_width]\ngini = inf\n", "no half width"),
    "samples in words": (PLAIN.replace('"grid"', '"grid"\nsamples = "all"'), "is no number of samples"),
    "a key of many dots": (PLAIN + ".".join("a" * 3000) + " = [1]\n", "is nested too deeply"),
    "a method of many dots": (f"{SIZE}[design.method.{'.'.join('a' * 3000)}]\n", "is nested too deeply"),
    "a range wider than numbers go": (
        moved_by("f", '["market.expected_flow.gold"]', '"times"', "[-1.7e308, 1.7e308]").replace(
            '"grid"', '"lhs"'
        ),
        "is not a number",
    ),
    "a whole number that is drawn": (
        moved_by("f", '["savers.max_funds"]', values="[1, 3]").replace('"grid"', '"lhs"'),
        "cannot be drawn, since savers.max_funds",
    ),
}


@pytest.fixture(autouse=True)
def nothing_is_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimate, "_timed", lambda design: 1.0)


def answer(path: Path, *options: str) -> tuple[int, str]:
    """Exit code of a dry run, and what it said."""
    said = io.StringIO()
    with redirect_stderr(said), redirect_stdout(io.StringIO()):
        code = main(["sweep", str(path), "--dry-run", "--out", str(path.parent / "out"), *options])
    assert not (path.parent / "out").exists()
    return code, said.getvalue()


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_file_is_refused_or_sound(name: str, tmp_path: Path) -> None:
    text, expected = STRANGE[name]
    path = tmp_path / "strange.toml"
    path.write_text(text, encoding="utf-8")
    code, said = answer(path)
    assert code == (0 if expected is None else 2), said
    assert expected is None or expected in said


def test_what_a_factor_sets_cannot_be_set_besides(tmp_path: Path) -> None:
    path = tmp_path / "set.toml"
    path.write_text(moved_by("f"), encoding="utf-8")
    code, said = answer(path, "--set", "policy.cap=0.3")
    assert code == 2
    assert "policy.cap: is set and is varied by the design" in said
    path.write_text(moved_by("f", how='"add"'), encoding="utf-8")
    assert answer(path, "--set", "policy.cap=0.3")[0] == 0


def values_of(keys: list[str], many: int) -> str:
    lines = []
    for key in keys:
        low, high = (float(end) for end in parameters()[key].range or (0.0, 1.0))
        lines.append(f'"{key}" = {[min(low + (high - low) * step / many, high) for step in range(many)]}')
    return "\n".join(lines) + "\n"


NUMBERS = [
    key for key, one in parameters().items() if one.kind == "number" and one.range and key[:4] != "run."
]


@pytest.mark.parametrize(("keys", "many"), [(3, 1000), (len(NUMBERS), 20), (1, 40_000), (2, 1025)])
def test_huge_grids_are_told_at_once(keys: int, many: int, tmp_path: Path) -> None:
    """A thousand million cells; more than a float can count; one long list, which is no huge grid."""
    path = tmp_path / "huge.toml"
    path.write_text(f"{SIZE}{GRID}[design.parameters]\n{values_of(NUMBERS[:keys], many)}", encoding="utf-8")
    began = time.process_time()
    if many**keys > MOST_CELLS:
        code, said = answer(path)
        assert code == 2
        assert f"{many**keys:,}"[:20] in said
        assert "has too many cells" in said
    else:
        assert count_of(load_design(path)) == many
    assert time.process_time() - began < 10


NAMES = st.sampled_from(["a", "é", "a b", 'a"b', "a.b", "gini", "cell", "", "a\u2028b", "policy.cap"])
AMOUNTS = st.sampled_from([0.0, 0.1, 0.5, 1.0, 1, 2, -1, True, "0.1", [], {}, 10**400, float("nan"), 1e-9])
LISTS = st.lists(AMOUNTS, max_size=3) | st.sampled_from([[0.1, 0.5], [0.2, 0.4], 0.5, "all"])
KEYS = (
    st.sampled_from(["policy.cap", "savers.inertia", "savers.max_funds", "policy.access", "nothing"]) | NAMES
)
TABLES = st.dictionaries(KEYS, LISTS | st.sampled_from([[0.1, 0.5]]), min_size=0, max_size=3)
DESIGNS = st.fixed_dictionaries(
    {
        "method": st.sampled_from(["grid", "list", "lhs", "sobol", "morris", "all", 3]),
        "parameters": TABLES | st.just({"policy.cap": [0.1, 0.4]}),
    },
    optional={
        "samples": st.sampled_from([2, 4, 1, 3, -1, "4", 10**400]),
        "levers": TABLES,
        "uncertainties": st.just({"savers.inertia": [0.2, 0.9]}),
        "factors": st.dictionaries(
            NAMES,
            st.fixed_dictionaries(
                {"keys": st.lists(KEYS, max_size=2) | st.just(["funds.gate.monthly"])},
                optional={"how": st.sampled_from(["add", "times", "set", "mix", 1])},
            ),
            max_size=2,
        ),
        "groups": st.dictionaries(NAMES, st.lists(KEYS, max_size=2), max_size=2),
    },
)
FILES = st.fixed_dictionaries(
    {"savers": st.just(20), "years": st.just(0), "design": DESIGNS},
    optional={
        "name": NAMES | st.sampled_from(["**", "x" * 300, "\x7f", 3]),
        "description": st.sampled_from(["a\x7fb", '"""', "\\", "a\nb", "\u2028"]),
        "replications": st.sampled_from([1, 2, 0, "2"]),
        "outcomes": st.lists(st.sampled_from(["gini", "unmet_months", "a", "monthly.a:sum"]), max_size=2),
        "stopping": st.fixed_dictionaries(
            {}, optional={"most": AMOUNTS, "half_width": st.dictionaries(KEYS | st.just("gini"), AMOUNTS)}
        ),
    },
)


def as_toml(value: object) -> str:
    """A value in one line of TOML, tables among it."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return '"' + "".join(f"\\U{ord(sign):08x}" for sign in value) + '"'
        case list():
            return "[" + ", ".join(map(as_toml, value)) + "]"
        case dict():
            return "{" + ", ".join(f"{as_toml(key)} = {as_toml(one)}" for key, one in value.items()) + "}"
    return str(value)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=FILES)
def test_any_file_is_refused_in_words_or_can_be_written_and_read_again(
    content: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any")
    path = folder / "any.toml"
    lines = [f"{as_toml(key)} = {as_toml(value)}" for key, value in content.items()]
    path.write_text("\n".join(lines), encoding="utf-8")
    code, said = answer(path)
    assert code in (0, 2), said
    assert said.count("; allowed: ") == said.count("\n  "), said
    if code == 2:
        return
    design = load_design(path)
    again = folder / "again"
    again.mkdir()
    for name, text in design_files(design).items():
        (again / name).write_bytes(text)
    assert load_design(again / "design.toml").hash() == design.hash()


def test_a_scenario_named_design_is_kept_beside_the_design(tmp_path: Path) -> None:
    (tmp_path / "design.toml").write_text("savers.advert_weight = 0.25\n", encoding="utf-8")
    path = tmp_path / "any.toml"
    path.write_text('scenario = "design.toml"\n' + PLAIN, encoding="utf-8")
    design = load_design(path)
    files = design_files(design)
    assert len(files) == 2
    for name, text in files.items():
        (tmp_path / name).write_bytes(text)
    again = load_design(tmp_path / "design.toml")
    assert again.base.number("savers.advert_weight") == 0.25
    assert again.hash() == design.hash()
