"""Calculators against published figures, worked examples and limits, and what they refuse."""

import json
import math

import pytest

from environment import persons
from environment.law import published_years
from environment.problems import ScenarioError
from experiments.calc import CALCULATORS, SEXES, calculate
from experiments.calculator import Input


def answer(line: str) -> dict[str, float | None]:
    name, *settings = line.split()
    return calculate(name, settings)


def problems(line: str) -> dict[str, str]:
    """Key (or value, where the key is at fault) and message of every problem of a command line."""
    with pytest.raises(ScenarioError) as caught:
        answer(line)
    return {problem.key or problem.value: problem.message for problem in caught.value.problems}


def test_fee_drag_of_the_department_of_labor() -> None:
    """A Look at 401(k) Plan Fees (US DOL): 35 years, 7%, fees of 0.5% or 1.5%: 227,000 or 163,000."""
    cheap = answer("fee-drag initial=25000 years=35 gross=0.07 fee=0.005")["final_with_fee"]
    dear = answer("fee-drag initial=25000 years=35 gross=0.07 fee=0.015")["final_with_fee"]
    between = answer("fee-drag initial=25000 years=35 gross=0.065 fee=0.01")
    assert cheap == pytest.approx(226_556, abs=1.0)
    assert dear == pytest.approx(162_846, abs=1.0)
    assert between["final_without_fee"] == cheap
    assert between["final_with_fee"] == pytest.approx(dear)
    assert between["share_lost"] == pytest.approx(0.281, abs=5e-4)


def test_fee_drag_of_contributions() -> None:
    """Level contributions over 30 years at 7%: a fee of 1.5% takes 23.3%, a lump sum loses 34.5%."""
    level = answer("fee-drag contribution=1000 years=30 gross=0.07 fee=0.015")
    lump = answer("fee-drag initial=1000 years=30 gross=0.07 fee=0.015")
    assert level["share_lost"] == pytest.approx(0.233, abs=5e-4)
    assert lump["share_lost"] == pytest.approx(0.345, abs=1e-3)


def test_fee_drag_of_growing_contributions() -> None:
    """The first of three contributions comes at the end of year 1: 100 x 1.1^2 + 110 x 1.1 + 121 = 363."""
    grown = answer("fee-drag contribution=100 contribution_growth=0.1 years=3 gross=0.1 fee=0")
    assert grown["final_without_fee"] == pytest.approx(363.0)
    assert grown["share_lost"] == 0.0


def test_nothing_saved_loses_no_share() -> None:
    assert answer("fee-drag years=10 gross=0.07 fee=0.01") == {
        "final_without_fee": 0.0,
        "final_with_fee": 0.0,
        "share_lost": None,
    }


@pytest.mark.parametrize(("gross", "net"), [(0.12, 0.08), (0.01, -0.01), (-0.5, -0.52)])
def test_advertised(gross: float, net: float) -> None:
    """Carry is taken from a gain only."""
    found = answer(f"advertised gross={gross} management_fee=0.02 carry=0.2")
    assert found == {"net": pytest.approx(net)}


@pytest.mark.parametrize(
    ("private", "fall", "frozen"),
    [(0.3, 0.0, 0.3), (0.3, 0.5, 0.3 / 0.65), (1, 0.5, 1), (0, 0.5, 0), (0.1, 1, 1)],
)
def test_frozen_share(private: float, fall: float, frozen: float) -> None:
    found = answer(f"frozen-share private_share={private} public_fall={fall}")
    assert found == {"frozen_share": pytest.approx(frozen)}


def test_frozen_share_of_nothing() -> None:
    assert answer("frozen-share private_share=0 public_fall=1") == {"frozen_share": None}


@pytest.mark.parametrize(("flow", "change"), [(1.0, 0.05), (-1.0, -0.05 / 1.05), (0.0, 0.0), (-20.0, -0.5)])
def test_impact(flow: float, change: float) -> None:
    """1% bought at multiplier 5 is 5%; sold, the price falls by x/(1 + x)."""
    found = answer(f"impact multiplier=5 flow={flow} market_value=100")
    assert found == {"price_change": pytest.approx(change)}


def test_inequality() -> None:
    """One of two holds everything: Gini 1/2, a fifth with the top tenth, Theil ln 2."""
    found = answer("inequality values=0,1")
    assert found == {
        "gini": pytest.approx(0.5),
        "top10_share": pytest.approx(0.2),
        "theil": pytest.approx(math.log(2.0)),
    }
    assert answer("inequality values=0,1 weights=2,2") == pytest.approx(found)
    assert answer("inequality values=1,9 weights=3,1")["gini"] == pytest.approx(0.5)


def test_inequality_of_nothing() -> None:
    assert answer("inequality values=0,0") == {"gini": None, "top10_share": None, "theil": None}


def test_survival_is_the_product_of_the_table() -> None:
    """Of 1,000,000 girls 5,119 die before 1 and 398 in a million before 2; 6,064 boys before 1."""
    assert answer("survival sex=female from_age=0 to_age=2") == {
        "probability": pytest.approx(0.994881 * 0.999602, rel=1e-12)
    }
    assert answer("survival sex=male from_age=0 to_age=1") == {"probability": pytest.approx(0.993936)}


def test_survival_of_no_time_and_of_all_time() -> None:
    assert answer("survival sex=male from_age=70 to_age=70") == {"probability": 1.0}
    assert answer("survival sex=female from_age=22 to_age=120") == {"probability": 0.0}
    early, late, whole = (
        answer(f"survival sex=male from_age={first} to_age={last}")["probability"]
        for first, last in ((22, 65), (65, 90), (22, 90))
    )
    assert early
    assert late
    assert whole == pytest.approx(early * late)


# Primary insurance amounts by hand. 2025: 90% of 1,226 is 1,103.40, 32% of 7,391 - 1,226 = 6,165 is 1,972.80.
# 2026: 90% of 1,286 is 1,157.40, 32% of 7,749 - 1,286 = 6,463 is 2,068.16.
INSURED = {
    (1_000, 2025): 900.00,  # 90% of 1,000
    (1_000, 2026): 900.00,
    (5_000, 2025): 2_311.08,  # 1,103.40 + 32% of 3,774 = 1,207.68
    (5_000, 2026): 2_345.88,  # 1,157.40 + 32% of 3,714 = 1,188.48
    (12_000, 2025): 3_767.55,  # 1,103.40 + 1,972.80 + 15% of 4,609 = 691.35
    (12_000, 2026): 3_863.21,  # 1,157.40 + 2,068.16 + 15% of 4,251 = 637.65
}
# Full age 67. At 62: 36 months at 5/9% are 20%, 24 at 5/12% are 10%, so 70% is left. At 65: 24 months at 5/9%
# are 13 1/3%, so 13/15 is left. At 70: 36 months at 2/3% add 24%.
PAID = {
    (1_000, 2025): (630.00, 780.00, 900.00, 1_116.00),
    (1_000, 2026): (630.00, 780.00, 900.00, 1_116.00),
    (5_000, 2025): (1_617.756, 2_002.936, 2_311.08, 2_865.7392),
    (5_000, 2026): (1_642.116, 2_033.096, 2_345.88, 2_908.8912),
    (12_000, 2025): (2_637.285, 3_265.21, 3_767.55, 4_671.762),
    (12_000, 2026): (2_704.247, 3_348.115_333_333, 3_863.21, 4_790.3804),
}


@pytest.mark.parametrize(("aime", "year"), list(INSURED))
@pytest.mark.parametrize(("place", "claim_age"), list(enumerate((62, 65, 67, 70))))
def test_social_security_by_hand(aime: int, year: int, place: int, claim_age: int) -> None:
    """Three earners, four ages, two years; unrounded."""
    assert answer(f"social-security aime={aime} claim_age={claim_age} year={year}") == {
        "pia": pytest.approx(INSURED[aime, year], abs=1e-8),
        "benefit": pytest.approx(PAID[aime, year][place], abs=1e-8),
    }


@pytest.mark.parametrize(
    ("ages", "share"),
    [
        ("claim_age=62.5", 1 - 0.2 - 18 * 5 / 1200),
        ("claim_age=62.08", 1 - 0.2 - 23 * 5 / 1200),
        ("claim_age=62.0833333", 1 - 0.2 - 23 * 5 / 1200),
        ("claim_age=66.25", 0.95),
        ("claim_age=62 full_age=66", 0.75),
        ("claim_age=70 full_age=66", 1.32),
        ("claim_age=66 full_age=66.5", 1 - 6 * 5 / 900),
    ],
)
def test_claims_between_birthdays_and_other_full_ages(ages: str, share: float) -> None:
    found = answer(f"social-security aime=1000 {ages}")
    assert found == {"pia": pytest.approx(900.0), "benefit": pytest.approx(900.0 * share)}


def test_no_earnings_no_benefit() -> None:
    assert answer("social-security aime=0 claim_age=70") == {"pia": 0.0, "benefit": 0.0}


def test_the_sexes_are_those_of_the_table_and_the_years_those_that_are_published() -> None:
    assert SEXES == persons.SEXES
    year = CALCULATORS["social-security"].inputs[-1]
    assert (year.low, year.high) == published_years("social_security.first_bend_usd")


def test_answers_are_json() -> None:
    """No numpy scalars and no nan."""
    for line in ("inequality values=0,0", "impact multiplier=5 flow=-1 market_value=7"):
        assert json.loads(json.dumps(answer(line), allow_nan=False)) == answer(line)


def test_every_problem_at_once() -> None:
    """Unknown, malformed, repeated, out of range and missing, in one refusal."""
    found = problems("fee-drag yeers=30 initial gross=7% fee=2 fee=0.1")
    assert found == {
        "yeers": "is no input",
        "initial": "has no equals sign",
        "gross": "is not what is needed",
        "fee": "is given twice",
        "years": "is missing",
    }
    with pytest.raises(ScenarioError, match="nearest known name: years"):
        answer("fee-drag yeers=30")


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("fee-drag years=3.5 gross=0.1 fee=0", "years"),
        ("fee-drag years=3 gross=nan fee=0", "gross"),
        ("fee-drag years=3 gross=inf fee=0", "gross"),
        ("fee-drag years=3 gross=-0.5 fee=0.6", "fee"),
        ("fee-drag years=-1 gross=0.1 fee=0", "years"),
        ("frozen-share private_share=1.1 public_fall=0", "private_share"),
        ("impact multiplier=5 flow=1 market_value=0", "market_value"),
        ("survival sex=women from_age=20 to_age=65", "sex"),
        ("survival sex=male from_age=65 to_age=64", "to_age"),
        ("survival sex=male from_age=65 to_age=121", "to_age"),
        ("survival sex=male from_age=64.5 to_age=65", "from_age"),
        ("social-security aime=1000 claim_age=61", "claim_age"),
        ("social-security aime=1000 claim_age=70.5", "claim_age"),
        ("social-security aime=1000 claim_age=62.51", "claim_age"),
        ("social-security aime=1000 claim_age=65 full_age=66.7", "full_age"),
        ("social-security aime=1000 claim_age=65 full_age=64", "full_age"),
        ("social-security aime=1000 claim_age=65 year=2024", "year"),
        ("social-security aime=-1 claim_age=65", "aime"),
        ("inequality values=1,-1", "values"),
        ("inequality values=", "values"),
        ("inequality values=1,,2", "values"),
        ("inequality values=1,2 weights=1", "weights"),
        ("inequality values=1,2 weights=0,0", "weights"),
    ],
)
def test_refused(line: str, key: str) -> None:
    assert list(problems(line)) == [key]


def test_overflow_is_refused() -> None:
    with pytest.raises(ScenarioError, match="overflows"):
        answer("impact multiplier=1e18 flow=1e18 market_value=1e-300")


def test_unknown_calculator() -> None:
    with pytest.raises(ScenarioError, match="nearest known name: fee-drag"):
        answer("fee-drga years=3")


def test_whole_numbers_may_have_a_decimal_point() -> None:
    assert Input("years", "years", kind="whole", low=0, high=9).parse("3.0") == 3


def test_every_calculator_takes_its_own_inputs() -> None:
    """The registry and the signatures name the same inputs."""
    for calculator in CALCULATORS.values():
        keywords = calculator.compute.__kwdefaults__ or {}
        names = calculator.compute.__code__.co_varnames[: calculator.compute.__code__.co_kwonlyargcount]
        assert not keywords
        assert list(names) == [one.name for one in calculator.inputs]
