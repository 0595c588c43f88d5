"""The report: it answers from intervals alone, holds all it needs, and says what it rests on."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from environment.books import FEE_FLOWS, VALUATION_FLOW
from environment.parameters import data_tables, parameters
from environment.record import TABLES
from experiments.figures import style
from experiments.figures.gallery import RUN_PICTURES
from experiments.figures.tables import ComparedRuns, Run, parameter_values, read_comparison, read_run
from experiments.headlines import UNITS
from experiments.report import chapters, compare_page, run_page, write_report
from experiments.report.answer import details, question, verdict_in_words
from experiments.report.breakeven import excess_of, in_short
from experiments.report.headlines import (
    HEADLINES,
    cumulative_fees,
    direction,
    horizons,
    summary_table,
    years_table,
)
from experiments.report.html import image, table
from experiments.report.limits import PURPOSE, limits, standing_counts
from experiments.report.provenance import command_for
from tests.experiments.synthetic import Shape, write_comparison, write_run
from tests.house_rules import ROOT

SHORT = Shape(savers=200, years=11, replications=3)
QUESTION = "Are savers better off under open-access than under closed-door?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison with its reports, drawn small to be quick."""
    path = write_comparison(tmp_path_factory.mktemp("report") / "result", shape=SHORT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(style, "DOTS_PER_INCH", 40)
        assert write_report(path) == path / "report.html"
    return path


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def compared(folder: Path) -> ComparedRuns:
    return read_comparison(folder)


def shares(better: tuple[float, float], worse: tuple[float, float]) -> dict[str, dict[str, float]]:
    """A verdict with the given intervals, the values in their middle."""
    named = {"better": better, "worse": worse}
    return {key: {"value": sum(ends) / 2, "low": ends[0], "high": ends[1]} for key, ends in named.items()}


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (shares((0.41, 0.5), (0.3, 0.4)), "More savers are better off than worse off."),
        (shares((0.3, 0.4), (0.41, 0.5)), "More savers are worse off than better off."),
        (shares((0.3, 0.5), (0.2, 0.31)), "Better off and worse off cannot be told apart"),
        (shares((0.2, 0.31), (0.3, 0.5)), "Better off and worse off cannot be told apart"),
        (shares((0.0, 0.0), (0.0, 0.0)), "Nobody is better off and nobody is worse off"),
    ],
)
def test_the_verdict_follows_from_the_intervals(entry: Mapping[str, Any], words: str) -> None:
    assert verdict_in_words(entry).startswith(words)


def test_without_an_interval_or_without_savers_nothing_is_claimed() -> None:
    alone = {"value": 0.9, "low": None, "high": None}
    rest = {"value": 0.05, "low": None, "high": None}
    assert "one draw of the market" in verdict_in_words({"better": alone, "worse": rest})
    nobody = {"value": None, "low": None, "high": None}
    assert verdict_in_words({"better": nobody, "worse": nobody}).startswith("Nobody ever held an account")


def test_the_question_names_the_scenarios(compared: ComparedRuns) -> None:
    """Opening the door to crypto alone is not opening it to alternatives: the names say what was compared."""
    assert question(compared) == QUESTION
    reverse = ComparedRuns(
        compared.manifest,
        compared.others[0],
        (compared.base,),
        compared.verdict,
        compared.changes,
    )
    assert question(reverse) == "Are savers better off under closed-door than under open-access?"


def test_the_answer_says_when_too_few_savers_differ(compared: ComparedRuns) -> None:
    assert "--savers" not in " ".join(details(compared, compared.others[0]))
    few = replace(compared, changes={"open-access": replace(compared.changes["open-access"], differing=44)})
    told = " ".join(details(few, few.others[0]))
    assert "44 simulated savers" in told
    assert "more savers are needed (--savers)" in told


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((0.1, 0.05, 0.2), "up"),
        ((-0.1, -0.2, -0.05), "down"),
        ((0.1, -0.05, 0.2), "cannot be told from none"),
        ((0.0, 0.0, 0.0), "no change"),
        ((0.0, None, None), "no change"),
        ((0.1, None, None), "one draw, no interval"),
        ((None, None, None), "none"),
    ],
)
def test_a_change_has_a_direction_only_when_its_interval_excludes_nought(
    change: tuple[float | None, float | None, float | None], words: str
) -> None:
    assert direction(dict(zip(("value", "low", "high"), change, strict=True))) == words


def test_the_comparison_opens_with_question_and_answer(page: str) -> None:
    question_at, answer_at, picture_at = (
        page.index(part) for part in (f"<h1>{QUESTION}</h1>", "More savers are better off", "<img")
    )
    assert question_at < answer_at < picture_at
    for fact in ("50.0%", "46.0% to 54.0%", "Of the least literate fifth, 44.0% (40.0% to 48.0%)"):
        assert fact in page[answer_at - 500 : picture_at]


def test_the_page_needs_nothing_but_itself(folder: Path, page: str) -> None:
    for html in (page, (folder / "closed-door" / "report.html").read_text(encoding="utf-8")):
        assert re.findall(r"<(?:script|link|iframe|object|embed)\b", html) == []
        links = re.findall(r'<a href="([^"]*)"', html)
        assert links
        assert [html.count(f'<h2 id="{link.removeprefix("#")}">') for link in links] == [1] * len(links)
        sources = re.findall(r'\b(?:src|href)="([^"#]{1,30})', html)
        assert sources
        assert {source[:22] for source in sources} == {"data:image/png;base64,"}
        assert "@import" not in html
        assert "url(" not in html


def test_every_picture_has_a_text_and_a_file(folder: Path, page: str) -> None:
    names = {path.name for path in (folder / "figures").iterdir()}
    shared = {"wealth.png", "flows.png", "holdings.png", "frozen.png", "lorenz.png"}
    shared |= {"literacy.png", "adequacy.png", "pillars.png"}
    assert names == shared | {"better-open-access.png", "difference-open-access.png"}
    alternatives = re.findall(r'<img [^>]*alt="([^"]*)"', page)
    assert len(alternatives) == len(names)
    assert all(len(text) > 40 for text in alternatives)


def test_every_scenario_inside_has_its_own_report(folder: Path) -> None:
    for name in ("closed-door", "open-access"):
        html = (folder / name / "report.html").read_text(encoding="utf-8")
        assert f"<h1>What became of savers under {name}</h1>" in html
        assert html.count("<img") == len(list((folder / name / "figures").glob("*.png"))) == 8


def test_the_page_ends_with_limits_and_how_to_make_it_again(page: str) -> None:
    tail = page[page.rindex("<img") :]
    assert PURPOSE in tail
    assert "Not in this version" in tail
    command = "thirdwave compare closed-door open-access --savers 200 --years 11 --seed 1 --replications 3"
    assert command in tail
    assert "0123456789abcdef" * 4 in tail
    assert "python 3.12.1" in tail


def test_nothing_half_written_is_left(folder: Path) -> None:
    assert list(folder.rglob("*.part")) == []


def test_every_other_scenario_has_an_answer_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = ("open-access", "capped", "sleeve")
    result = read_comparison(write_comparison(tmp_path / "result", others, SHORT))
    drawn: list[str] = []

    def remember(figure: Figure, path: Path) -> bytes:
        drawn.append(path.stem)
        return b""

    monkeypatch.setattr(compare_page, "save", remember)
    html = compare_page.compare_page(result, tmp_path)
    assert html.count("More savers are better off than worse off.") == len(others)
    assert "under closed-door and under open-access and capped and sleeve" in html
    assert {f"better-{name}" for name in others} <= set(drawn)
    assert len(drawn) == 6 + 2 * len(others)


def test_one_run_of_one_replication_claims_no_interval(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for page_or_chapters in (run_page, chapters):
        monkeypatch.setattr(page_or_chapters, "save", lambda *_: b"")
    result = write_run(tmp_path / "result", shape=Shape(savers=200, years=2, replications=1))
    html = write_report(result).read_text(encoding="utf-8")
    assert "95% t interval" not in html
    assert "One replication: no intervals." in html
    assert "after 1 year<" in html
    assert "after 2 years<" in html


def test_the_same_folder_gives_the_same_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_page, "RUN_PICTURES", RUN_PICTURES[1:2])
    result = write_run(tmp_path / "result", shape=Shape(savers=200, years=0, replications=2))
    first = write_report(result).read_bytes()
    assert write_report(result).read_bytes() == first


def test_a_folder_that_is_no_result_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="not a result folder"):
        write_report(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_warnings_of_the_run_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_page, "RUN_PICTURES", ())
    result = write_run(tmp_path / "result", shape=Shape(savers=200, years=0, replications=1))
    manifest = (result / "manifest.json").read_text()
    (result / "manifest.json").write_text(
        manifest.replace('"warnings": []', '"warnings": ["gold <broke> down"]')
    )
    assert "<li>gold &lt;broke&gt; down</li>" in write_report(result).read_text(encoding="utf-8")


def test_break_even_is_the_extra_cost_of_a_dollar_in_alternatives(compared: ComparedRuns) -> None:
    # Fees are 0.0003 (1 + p) and losses 0.0001 p of wealth a month, alternatives 1.1 p: 0.0004 x 12 / 1.1.
    excess = excess_of(compared.base, compared.others[0])
    assert excess is not None
    assert excess.cost.value == pytest.approx(0.0004 * 12 / 1.1)
    assert excess.realised.value == pytest.approx(0.003 * 12 / 1.1)
    listed = (0.36 * 0.07 + 0.12 * 0.08) / 0.48
    assert excess.by_class["buyout"] == pytest.approx(0.126 - listed)
    mix = {"buyout": 0.25, "venture": 0.1, "private_credit": 0.25, "real_estate": 0.2, "hedge_funds": 0.1}
    mix |= {"gold": 0.05, "bitcoin": 0.05}
    assert excess.fed_in == pytest.approx(sum(share * excess.by_class[name] for name, share in mix.items()))
    assert excess_of(compared.base, compared.base) is None
    assert in_short(compared.base, compared.base) is None
    assert "they needed +0.44 points" in str(in_short(compared.base, compared.others[0]))


def with_returns(run: Run, **values: str) -> Run:
    """The same run with other values of `market.returns` and `market.history.means` in its manifest."""
    changed = {f"market.{name.replace('_', '.')}": one for name, one in values.items()}
    return replace(run, manifest={**run.manifest, "scenario": parameter_values(run.manifest) | changed})


@pytest.mark.parametrize(
    "values",
    [
        {"returns": "history", "history_means": "expected"},
        {"returns": "mine.csv", "history_means": "expected"},
        {"returns": "bootstrap", "history_means": "observed"},
    ],
    ids=lambda values: str(values["returns"]),
)
def test_what_a_market_with_means_of_its_own_gave_is_what_was_fed_in(
    compared: ComparedRuns, values: dict[str, str]
) -> None:
    """Compound returns of the path, not `market.expected`, which such a market does not use."""
    other = with_returns(compared.others[0], **values)
    excess = excess_of(compared.base, other)
    assert excess is not None
    classes = other.tables["classes"]

    def compound(name: str) -> float:
        fundamental = classes.loc[classes["asset_class"] == name, "fundamental_return"]
        return float(np.prod((1.0 + fundamental) ** (12.0 / fundamental.size)) - 1.0)

    listed = (0.36 * compound("us_equity") + 0.12 * compound("tech_equity")) / 0.48
    assert excess.by_class["buyout"] == pytest.approx(compound("buyout") - listed)
    assert f"{other.returns} gave the alternatives held" in str(in_short(compared.base, other))
    expected = excess_of(compared.base, compared.others[0])
    assert expected is not None
    assert excess.by_class["buyout"] != pytest.approx(expected.by_class["buyout"])


def test_a_replay_says_nothing_about_other_markets(run: Run) -> None:
    """Neither file nor history: all replications go through the same months."""
    assert "of the market above all" in "".join(limits([run]))
    assert "of the market above all" in "".join(limits([with_returns(run, returns="bootstrap")]))
    for source in ("history", "mine.csv"):
        told = "".join(limits([run, with_returns(run, returns=source)]))
        assert f"replayed the same returns ({source})" in told
        assert "of the market above all" not in told


@pytest.fixture(scope="module")
def run(folder: Path) -> Run:
    return read_run(folder / "open-access")


def test_fees_since_the_start_are_summed_in_real_money(run: Run) -> None:
    years, total = cumulative_fees(run)
    monthly = run.tables["monthly"]
    mine = monthly[(monthly["replication"] == 1) & (monthly["month"] <= 24)]
    expected = sum(usd / 1.002**month for usd, month in zip(mine["fees_usd"], mine["month"], strict=True))
    assert total[1, 2] == pytest.approx(expected)
    assert np.array_equal(total[:, 0], np.zeros(3))
    assert years[-1] == 11


def test_headlines_are_told_after_the_horizons_and_at_the_end(run: Run) -> None:
    assert horizons(run) == [1, 10, 11]
    html = years_table((run,))
    assert re.findall(r"after [0-9]+ years?", html) == ["after 1 year", "after 10 years", "after 11 years"]
    assert "Fees paid since the start" in html


def test_the_summary_is_told_in_words_with_its_intervals(run: Run) -> None:
    html = summary_table(run)
    for headline in HEADLINES.values():
        assert headline.name.split(" (", maxsplit=1)[0] in html
    assert "$250,000<small>$245,000 to $255,000</small>" in html


def test_the_command_sets_what_differs_from_the_shipped_scenario(run: Run) -> None:
    size = " --savers 200 --years 11 --seed 1 --replications 3"
    values = {
        "policy.access": "all",
        "policy.cap": 0.4,
        "policy.classes": ["gold", "bitcoin"],
        "run.savers": 200,
    }
    changed = {**run.manifest, "scenario": {"name": "open-access", "values": values}}
    expected = f"thirdwave run open-access{size} --set policy.cap=0.4 --set policy.classes=gold,bitcoin"
    assert command_for("run", [changed]) == expected
    own = {**run.manifest, "scenario": {"name": "mine", "values": values}}
    assert command_for("run", [own]) == f"thirdwave run mine.toml{size}"


def test_every_number_of_the_model_is_counted_once_by_standing() -> None:
    counts = standing_counts()
    assert sum(counts.values()) == len(parameters()) + len(data_tables())
    assert all(count > 0 for count in counts.values())


def test_text_from_outside_is_escaped() -> None:
    assert '<th scope="col">a&lt;b</th>' in table(["a<b"], [["<i>"]], "c&d")
    assert 'alt="&quot;x&quot;"' in image(b"", '"x"', "y")


def test_the_page_on_outputs_names_every_column_headline_and_flow() -> None:
    page = (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8")
    columns = [column for table in TABLES.values() for column in table]
    missing = [name for name in (*columns, *UNITS, *FEE_FLOWS, VALUATION_FLOW) if f"`{name}`" not in page]
    assert missing == []
