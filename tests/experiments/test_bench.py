"""The benchmark: what it compares is the same month, and what it tells is there. No times are checked."""

import json
import shlex
from itertools import pairwise

import numpy as np
import pytest

from environment.model import World
from experiments.bench.columns import ColumnModel
from experiments.bench.plain_mesa import PlainModel
from experiments.bench.timing import STEPS, TimedWorld, bytes_a_saver
from experiments.bench.workload import DEFERRAL, FEE, MATCH, RAISE, WITHDRAWN, Statistics, Workload
from experiments.cli.main import main
from experiments.load import load_scenario

Output = pytest.CaptureFixture[str]
PROGRAMS = (PlainModel, ColumnModel)


def workload(months_to_retirement: list[int], months: int, returns: float = 0.0) -> Workload:
    """Savers of 1,000 USD a month with 5,000 USD in the first class."""
    n = len(months_to_retirement)
    return Workload(
        months_to_retirement=np.array(months_to_retirement),
        pay=np.full(n, 1_000.0),
        weights=np.tile([1.0, 0.0, 0.0, 0.0], (n, 1)),
        wealth=np.full(n, 5_000.0),
        returns=np.full((months, len(FEE)), returns),
    )


def statistics(program: type[PlainModel] | type[ColumnModel], work: Workload) -> list[Statistics]:
    model = program(work)
    model.run_for(work.months)
    return model.statistics


@pytest.mark.parametrize("savers", [1, 2, 51, 400])
@pytest.mark.parametrize("months", [11, 12, 30, 120])
def test_both_programs_give_the_same_figures(savers: int, months: int) -> None:
    work = Workload.draw(savers, months)
    plain, columns = (statistics(program, work) for program in PROGRAMS)
    assert len(plain) == months // 12
    np.testing.assert_allclose(np.reshape(columns, (-1, 3)), np.reshape(plain, (-1, 3)), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_saver_at_work(program: type[PlainModel] | type[ColumnModel]) -> None:
    """Without returns: deferral and match of twelve months at each year's pay, less the fee of the class."""
    kept, paid_in = 1.0 - FEE[0], 1_000.0 * DEFERRAL * (1.0 + MATCH)
    annuity = (1.0 - kept**12) / (1.0 - kept)
    first = 5_000.0 * kept**12 + paid_in * annuity
    second = first * kept**12 + paid_in * (1.0 + RAISE) * annuity
    told = statistics(program, workload([400], 24))
    assert [year.mean for year in told] == pytest.approx([first, second])
    assert told[0].median == told[0].mean
    assert told[0].gini == 0.0


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_retired_saver(program: type[PlainModel] | type[ColumnModel]) -> None:
    """A return of 1% a month, a fee and a withdrawal: one product, and nothing is paid in."""
    kept = 1.01 * (1.0 - FEE[0]) * (1.0 - WITHDRAWN)
    (told,) = statistics(program, workload([0], 12, returns=0.01))
    assert told.mean == pytest.approx(5_000.0 * kept**12)


@pytest.mark.parametrize("program", PROGRAMS)
def test_retirement_in_the_middle_of_a_year(program: type[PlainModel] | type[ColumnModel]) -> None:
    """Five months of pay, then seven withdrawals."""
    growth, paid_in = 1.01 * (1.0 - FEE[0]), 1_000.0 * DEFERRAL * (1.0 + MATCH)
    at_work = 5_000.0 * growth**5 + paid_in * (growth**5 - 1.0) / (growth - 1.0)
    (told,) = statistics(program, workload([5], 12, returns=0.01))
    assert told.mean == pytest.approx(at_work * (growth * (1.0 - WITHDRAWN)) ** 7)


@pytest.mark.parametrize("program", PROGRAMS)
def test_inequality_of_two(program: type[PlainModel] | type[ColumnModel]) -> None:
    """Gini of two values a < b: (b - a) / 2 (a + b); their median is their mean."""
    (told,) = statistics(program, workload([0, 400], 12))
    (poor,), (rich,) = (statistics(program, workload([one], 12)) for one in (0, 400))
    assert told.median == pytest.approx(told.mean) == pytest.approx((poor.mean + rich.mean) / 2.0)
    assert told.gini == pytest.approx((rich.mean - poor.mean) / (2.0 * (poor.mean + rich.mean)))


def test_the_workload_has_everybody() -> None:
    """Workers and retired in the order of retirement, weights that sum to one, the same on every machine."""
    work = Workload.draw(1_000, 24)
    assert (work.savers, work.months) == (1_000, 24)
    assert all(a <= b for a, b in pairwise(work.months_to_retirement))
    assert 150 < np.count_nonzero(work.months_to_retirement == 0) < 250  # a fifth: 65 to 75 of 25 to 75
    np.testing.assert_allclose(work.weights.sum(axis=1), 1.0)
    assert np.all(work.wealth >= 0.0)
    np.testing.assert_array_equal(work.pay, Workload.draw(1_000, 24).pay)


def test_the_steps_are_those_of_the_month() -> None:
    """Timing them changes nothing, and each takes some time."""
    scenario = load_scenario("open-access").replace(savers=50, years=1)
    timed, plain = TimedWorld(scenario), World(scenario, handles=False)
    for world in (timed, plain):
        world.run_for(12)
    assert (STEPS[0], STEPS[-1]) == ("_calendar", "_observe")
    assert list(timed.seconds) == list(STEPS)
    assert min(timed.seconds.values()) > 0.0
    np.testing.assert_array_equal(timed.savers.units, plain.savers.units)


def test_the_bytes_are_those_of_the_columns() -> None:
    """Per row alike at two sizes, and at least units and fund numbers of six slots and two age columns."""
    scenario = load_scenario("open-access").replace(years=0)
    small, large = (
        bytes_a_saver(World(scenario.replace(savers=savers), handles=False).savers) for savers in (500, 1_000)
    )
    assert small == large > 6 * (8 + 1) + 2 * 4


def test_what_is_told_as_json(capsys: Output) -> None:
    """The keys of the contract, all of them numbers above 0; shares of the steps sum to one."""
    assert main(shlex.split("bench --savers 300,100,300 --years 1 --repeats 2 --json --quiet")) == 0
    output = capsys.readouterr()
    told = json.loads(output.out)
    assert output.err == ""
    contract = ("ns_per_saver_month", "bytes_per_saver", "mesa_ratio", "replications_per_second")
    assert all(told[key] > 0.0 for key in contract)
    assert [size["savers"] for size in told["sizes"]] == [100, 300]
    for size in told["sizes"]:
        assert sum(size["steps"].values()) == pytest.approx(1.0)
        assert size["opening_seconds"] > 0.0
    largest, simple = told["sizes"][-1], told["simple_month"]
    assert told["ns_per_saver_month"] == largest["ns_per_saver_month"]
    assert told["mesa_ratio"] == pytest.approx(
        simple["mesa_cpu_ns_per_saver_month"] / told["cpu_ns_per_saver_month"]
    )
    small, large = (size["cpu_ns_per_saver_month"] for size in told["sizes"])
    assert told["size_ratio"] == pytest.approx(large / small)
    assert simple["savers"] == 300
    assert told["replication"]["savers"] == 2_000
    assert {"cores", "system", "architecture", "versions"} == set(told["machine"])


def test_what_is_told_to_people(capsys: Output) -> None:
    assert main(shlex.split("bench --savers 1000,100,200 --years 1 --repeats 1")) == 0
    told = capsys.readouterr().out
    assert "CPU time a saver-month, 1,000 savers relative to 200: " in told
    for words in ("ns a saver-month", "plain Mesa", "Replications a second", "observe"):
        assert words in told


def test_one_size_has_none_to_be_compared_with(capsys: Output) -> None:
    assert main(shlex.split("bench --savers 100 --years 1 --repeats 1 --json")) == 0
    assert json.loads(capsys.readouterr().out)["size_ratio"] is None


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--savers 5", "--savers: run.savers = 5: is out of range; allowed: a whole number from 10"),
        ("--savers 100,", "run.savers"),
        ("--savers many", "--savers: run.savers = many"),
        ("--years 0", "--years: run.years = 0: leaves no month; allowed: 1 to 100"),
        ("--years 1.5", "--years: run.years = 1.5"),
        ("--repeats 0", "--repeats: 0: is no number of measurements"),
        ("--repeats 1e3", "--repeats: 1e3: is no number of measurements"),
        ("--saver 5", "nearest known name: --savers"),
        ("closed-door", "closed-door: is one argument too many"),
    ],
)
def test_wrong_options(options: str, told: str, capsys: Output) -> None:
    assert main(shlex.split(f"bench {options}")) == 2
    output = capsys.readouterr()
    assert told in output.err
    assert "Traceback" not in output.err
    assert output.out == ""


def test_all_that_is_wrong_is_told_at_once(capsys: Output) -> None:
    assert main(shlex.split("bench --savers 5,many --years x --repeats -1")) == 2
    told = capsys.readouterr().err
    assert told.startswith("thirdwave: 4 problems")
    for place in ("run.savers = 5", "run.savers = many", "run.years = x", "--repeats: -1"):
        assert place in told
