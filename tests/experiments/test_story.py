"""Stories: their numbers are those of the tables, every milestone has words, and nothing else changes."""

import csv
import io
import json
import re
import shlex
from functools import cache
from pathlib import Path

import pytest

from environment.follow import FollowedRow
from environment.milestones import ORDERS, Milestone
from experiments.cli.main import main
from experiments.load import load_scenario
from experiments.results import Result
from experiments.simulate import simulate
from experiments.story import compressed, story, transfers_table
from experiments.story_lines import PLAIN, SENTENCES, Teller
from tests.house_rules import ROOT
from tests.runs import BUSY, one_replication, simulated

Output = pytest.CaptureFixture[str]
FOLLOWED = tuple(range(0, 400, 16))
SMALL = "--savers 60 --years 1 --replications 2"
TELLER = Teller(funds=("sp500", "target_date_2050"), start=24_300, levels=(1.0, 1.25, 2.0))


@cache
def told() -> Result:
    """A busy run of which some savers were followed."""
    return simulate(load_scenario("open-access", BUSY), follow=FOLLOWED)


def command(line: str) -> int:
    return main(shlex.split(line))


def table(row: int) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(told().stories[f"story-{row}.csv"])))


def last_life(row: int) -> str:
    """The part of a story that tells of the saver who has the row at the end."""
    return told().stories[f"story-{row}.txt"].split("=====\n")[-1]


def yearly(page: str, name: str) -> float:
    """Sum over the years of the amount behind a name."""
    joined = re.sub(r"\s+", " ", page)
    return sum(float(one.replace(",", "")) for one in re.findall(rf"{name} (-?[\d,]+) \(", joined))


def part(page: str, name: str) -> float:
    """Sum over the years of a part, behind its name."""
    joined = re.sub(r"\s+", " ", page)
    return sum(float(one.replace(",", "")) for one in re.findall(rf"[:,] {name} (-?[\d,]*\d)", joined))


def test_following_changes_no_table() -> None:
    for stem, frame in simulated("open-access", *BUSY).tables.items():
        assert frame.equals(told().tables[stem]), stem


def test_only_replication_0_is_told() -> None:
    names = {f"story-{row}.{end}" for row in FOLLOWED for end in ("txt", "csv")}
    assert set(told().stories) == names
    assert simulated("open-access", *BUSY).stories == {}


@pytest.mark.parametrize("row", FOLLOWED)
def test_the_transfers_are_those_of_the_table_of_savers(row: int) -> None:
    savers = one_replication(told().savers, 0)
    saver = savers[savers["saver"] % 400 == row].iloc[0]
    mine = [one for one in table(row) if int(one["saver"]) == saver["saver"]]

    def usd(*kinds: str) -> float:
        return sum(float(one["usd"]) for one in mine if one["kind"] in kinds)

    paid_in = usd("deferral", "match", "nonelective", "loan_repayment", "forfeiture")
    assert paid_in == pytest.approx(saver["contributed_usd"], abs=1e-6)
    taken = -usd("withdrawal", "hardship", "cash_out", "loan")
    assert taken == pytest.approx(saver["withdrawn_usd"], abs=1e-6)
    assert -usd("fund_fee", "record_keeping_fee") == pytest.approx(saver["fees_paid_usd"], abs=1e-6)


@pytest.mark.parametrize("row", FOLLOWED)
def test_the_story_tells_the_same_numbers(row: int) -> None:
    """Each year's figures are rounded to whole dollars, so that four years are off by four at most."""
    savers = one_replication(told().savers, 0)
    saver = savers[savers["saver"] % 400 == row].iloc[0]
    page = last_life(row)
    forfeited = part(page, "forfeited")
    assert yearly(page, "Paid in") - forfeited == pytest.approx(saver["contributed_usd"], abs=4.0)
    assert yearly(page, "Taken out") - forfeited == pytest.approx(saver["withdrawn_usd"], abs=4.0)
    assert yearly(page, "Fees") == pytest.approx(saver["fees_paid_usd"], abs=4.0)
    end = re.findall(r"Accounts at the end: ([\d,]+) \(([\d,]+)\)", re.sub(r"\s+", " ", page))
    if saver["wealth_usd"]:
        nominal, real = (float(amount.replace(",", "")) for amount in end[-1])
        assert nominal == pytest.approx(saver["wealth_usd"], abs=0.5)
        assert real == pytest.approx(saver["wealth_real"], abs=0.5)
    birth, working = f" born {saver['birth_year']}-", saver["status"] == "working"
    assert birth in page
    if working and saver["income_usd"] and f"Turns {2028 - saver['birth_year']}." in page:
        assert f"{saver['income_usd']:,.0f}" in page


def test_the_savers_told_of_have_all_a_story_needs() -> None:
    """Money flows in and out for some of them, and one of them dies."""
    pages = told().stories.values()
    for words in (
        "Taken out 1",
        "Left to the estate",
        "A new life takes the row over",
        "Cashes the plan out",
    ):
        assert any(words in page for page in pages), words


def test_real_amounts_are_at_the_prices_of_the_opening() -> None:
    level = (1.0 + one_replication(told().monthly, 0)["inflation"]).cumprod().to_numpy()
    rows = table(FOLLOWED[0])
    assert rows
    for one in rows:
        real = float(one["usd"]) / level[int(one["month"]) - 1]
        assert float(one["usd_real"]) == pytest.approx(real, rel=1e-12)


def test_every_milestone_has_words() -> None:
    """The kinds are those written in the code that notes them."""
    code = "".join(
        (ROOT / "environment" / name).read_text(encoding="utf-8") for name in ("milestones.py", "follow.py")
    )
    kinds = set(re.findall(r'Milestone\([\w.]+, f?"([^"]+)"', code))
    kinds -= {"asks_{one.lump_purpose}", "is_paid_{spending_kind(one)}"}
    kinds |= {"asks_hardship", "asks_cash_out", "is_paid_hardship", "is_paid_cash_out", "is_paid_withdrawal"}
    assert kinds | set(ORDERS.values()) == set(SENTENCES)


def test_amounts_in_sentences() -> None:
    """In brackets at the prices of the opening: a quarter higher in month 1, the same in month 0."""
    loan = Milestone(1, "takes_loan", {"usd": 12_500.0, "payment": 250.0})
    said = "Borrows 12,500 (10,000) from the own account, to be paid back at 250 (200) a month."
    assert TELLER.sentence(loan) == said
    assert TELLER.money(1_000.4, 0) == "1,000"
    assert TELLER.shares(((0, 0.75), (1, 0.246), (0, 0.004))) == "sp500 75%, target date 2050 25%"
    assert TELLER.shares(()) == "nothing"
    assert TELLER.date(0) == "2025-01"


def test_what_repeats_itself_is_told_once() -> None:
    """Two months of waiting and, a month later, one more; what was missed is summed, a queue is not."""
    waits = [Milestone(month, "waits", {"usd": 90.0 - month, "left": 90.0 - month}) for month in (3, 4, 6)]
    misses = [Milestone(month, "goes_without", {"usd": 10.0, "unmet": 5.0}) for month in (3, 4, 5)]
    birthday = Milestone(4, "birthday", {})
    kept = compressed([waits[0], misses[0], birthday, waits[1], misses[1], misses[2], waits[2]])
    assert [(one.month, one.kind) for one in kept] == [
        (3, "waits"),
        (3, "goes_without"),
        (4, "birthday"),
        (6, "waits"),
    ]
    assert kept[0].numbers == {"usd": 87.0, "left": 86.0, "months": 2.0}
    assert kept[1].numbers == {"usd": 30.0, "unmet": 15.0, "months": 3.0}
    assert TELLER.sentence(kept[0]).startswith("A request waits at a private fund for 2 months: 87 in")
    assert "months" in PLAIN["waits"]


def test_a_row_without_a_month_is_its_opening() -> None:
    result = simulate(load_scenario("open-access", ("run.savers=20", "run.years=0")), follow=[3])
    page = result.stories["story-3.txt"]
    assert "The run opens." in page
    assert result.stories["story-3.csv"].count("\n") == 1


def test_an_empty_row_has_a_page_and_a_table() -> None:
    nothing = FollowedRow(5, (), (), 24_300, (1.0,))
    assert story(nothing, "closed-door").startswith("Row 5 of closed-door")
    assert transfers_table(nothing).startswith("saver,month,date,kind,effect,account,fund")


def without_report(folder: Path) -> Path:
    return folder / "report.html"


def test_the_command_follows(capsys: Output, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths of the stories, that of the folder last; same content hash; workers and JSON as ever."""
    monkeypatch.setattr("experiments.report.write_report", without_report)
    assert command(f"run closed-door {SMALL} --workers 1 --out {tmp_path / 'plain'}") == 0
    plain = Path(capsys.readouterr().out.splitlines()[-1])
    line = f"run closed-door {SMALL} --workers 2 --out {tmp_path / 'told'} --follow 59 --follow 7 --follow 59"
    assert command(line) == 0
    *_, first, second, last = capsys.readouterr().out.splitlines()
    folder = Path(last)
    assert [Path(first), Path(second)] == [folder / "story-59.txt", folder / "story-7.txt"]
    assert folder.name == plain.name
    for path in plain.glob("*.parquet"):
        assert (folder / path.name).read_bytes() == path.read_bytes(), path.name
    stories = {path.name: path.read_text() for path in folder.glob("story-*")}
    assert set(stories) == {"story-59.txt", "story-59.csv", "story-7.txt", "story-7.csv"}

    assert command(f"{line} --json --workers 1") == 0
    output = capsys.readouterr()
    assert json.loads(output.out) == json.loads((folder / "summary.json").read_text())
    assert output.err.splitlines() == [first, second, last]
    assert {path.name: path.read_text() for path in folder.glob("story-*")} == stories


def test_a_row_out_of_range_is_refused_before_anything_runs(capsys: Output, tmp_path: Path) -> None:
    wrong = "--follow 60 --follow -1 --follow x --follow 1.5 --follow 59 --follow ²"
    assert command(f"run {SMALL} --out {tmp_path / 'out'} {wrong}") == 2
    errors = capsys.readouterr().err.splitlines()
    assert errors[0] == "thirdwave: 5 problems, nothing was written:"
    assert all("--follow" in line and "allowed: a whole number from 0 to 59" in line for line in errors[1:])
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_scenario_and_a_wrong_row_are_told_together(capsys: Output) -> None:
    assert command("run opn-access --follow x") == 2
    told_here = capsys.readouterr().err
    assert "2 problems" in told_here
    assert "--follow: x: is no row of a saver; allowed: a whole number from 0\n" in told_here
