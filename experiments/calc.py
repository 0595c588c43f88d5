"""Calculators: one formula of the model on its own, called through the functions that the model itself calls.

A calculator is an entry of `CALCULATORS`. Rates are fractions a year unless said otherwise.
"""

import math
from collections.abc import Sequence

from environment.problems import Problem, ScenarioError, nearest_name, shown
from experiments.calculator import Answer, Calculator, Input, read_settings

SEXES = ("female", "male")
"""In the order of the life table."""

MONTH_TOLERANCE = 0.05
"""Greatest distance of an age from a whole month, so that 62.08 is 62 years and a month."""


def calculate(name: str, settings: Sequence[str]) -> Answer:
    """Run one calculator on settings as they are typed.

    Parameters
    ----------
    name : str
        Key of `CALCULATORS`.
    settings : sequence of str
        `KEY=VALUE` each.

    Returns
    -------
    dict of str to float or None
        The outputs by name.

    Raises
    ------
    ScenarioError
        With every problem of the name and the settings.
    """
    if name not in CALCULATORS:
        known = ", ".join(CALCULATORS)
        nearest = nearest_name(name, CALCULATORS)
        raise ScenarioError([Problem("calc", "", shown(name), known, nearest, "is not a calculator")])
    calculator = CALCULATORS[name]
    given, problems = read_settings(f"calc {name}", calculator.inputs, settings)
    if not problems:
        problems = [
            Problem(f"calc {name}", key, shown(given[key]), allowed, None, message)
            for key, allowed, message in calculator.contradictions(**given)
        ]
    if problems:
        raise ScenarioError(problems)
    answer = calculator.compute(**given)
    if any(value is not None and math.isinf(value) for value in answer.values()):
        raise ScenarioError([Problem(f"calc {name}", "", "", "smaller numbers", None, "overflows")])
    return {output: _figure(value) for output, value in answer.items()}


def _figure(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else float(value)


def fee_drag(
    *, initial: float, contribution: float, contribution_growth: float, years: int, gross: float, fee: float
) -> Answer:
    """What an annual fee takes: `environment.funds.fees.final_value` at gross and at gross - fee."""
    from environment.funds.fees import final_value

    without_fee = final_value(initial, contribution, contribution_growth, years, gross)
    with_fee = final_value(initial, contribution, contribution_growth, years, gross - fee)
    return {
        "final_without_fee": without_fee,
        "final_with_fee": with_fee,
        "share_lost": 1.0 - with_fee / without_fee if without_fee > 0.0 else None,
    }


def advertised(*, gross: float, management_fee: float, carry: float) -> Answer:
    """Return after fees as a fund would advertise it: `environment.funds.fees.net_of_fees`."""
    from environment.funds.fees import net_of_fees

    return {"net": net_of_fees(gross, management_fee, carry)}


def frozen_share(*, private_share: float, public_fall: float) -> Answer:
    """Share of wealth that is locked after listed prices fall, with all private holdings locked (p, d).

    p / (p + (1 - p)(1 - d)): locked values are not marked down while the rest shrinks.
    """
    liquid = (1.0 - private_share) * (1.0 - public_fall)
    wealth = private_share + liquid
    return {"frozen_share": private_share / wealth if wealth > 0.0 else None}


def impact(*, multiplier: float, flow: float, market_value: float) -> Answer:
    """Price change that a net purchase makes: `environment.market.impact.price_change`."""
    import numpy as np

    from environment.market.impact import price_change

    with np.errstate(over="ignore"):
        change = price_change(np.array(multiplier), np.array(flow), np.array(market_value))
    return {"price_change": float(change)}


def inequality(*, values: list[float], weights: list[float] | None) -> Answer:
    """Inequality of a list of amounts: `environment.statistics.Distribution`."""
    import numpy as np

    from environment.statistics import Distribution

    distribution = Distribution.of(np.array(values), None if weights is None else np.array(weights))
    return {
        "gini": distribution.gini(),
        "top10_share": distribution.top_share(0.1),
        "theil": distribution.theil(),
    }


def survival(*, sex: str, from_age: int, to_age: int) -> Answer:
    """Chance of living from one birthday to another: `environment.demography.life_table`."""
    from environment.demography import life_table

    deaths = life_table()[SEXES.index(sex), from_age:to_age]
    return {"probability": float((1.0 - deaths).prod())}


def social_security(*, aime: float, claim_age: float, full_age: float, year: int) -> Answer:
    """Old-age benefit: `primary_insurance_amount` and `claim_factor` of `environment.social_security`."""
    import numpy as np

    from environment.scenario import build_scenario
    from environment.social_security import (
        bend_points,
        claim_factor,
        insured_shares,
        primary_insurance_amount,
    )

    scenario = build_scenario("calc", "").with_values({"social_security.full_age": full_age})
    bends = bend_points(scenario, year, lambda _: 1.0)
    pia = primary_insurance_amount(np.array(aime), bends, insured_shares(scenario))
    return {"pia": float(pia), "benefit": float(pia * claim_factor(scenario, np.array(claim_age)))}


def _ages_out_of_order(*, from_age: int, to_age: int, **_: object) -> list[tuple[str, str, str]]:
    if to_age >= from_age:
        return []
    return [("to_age", "from_age or above", "lies before from_age")]


def _parts_of_months(*, claim_age: float, full_age: float, **_: object) -> list[tuple[str, str, str]]:
    allowed = f"years and whole months to {MONTH_TOLERANCE:g} of a month, such as 66.25"
    ages = {"claim_age": claim_age, "full_age": full_age}
    return [
        (name, allowed, "is not a whole number of months")
        for name, age in ages.items()
        if abs(12.0 * age - round(12.0 * age)) > MONTH_TOLERANCE
    ]


def _fee_above_assets(*, gross: float, fee: float, **_: object) -> list[tuple[str, str, str]]:
    if fee <= 1.0 + gross:
        return []
    return [("fee", "at most 1 + gross", "takes more than there is")]


def _misfit_of_weights(*, values: list[float], weights: list[float] | None) -> list[tuple[str, str, str]]:
    if weights is None:
        return []
    if len(weights) != len(values):
        return [("weights", f"{len(values)} numbers", "are not as many as the values")]
    if sum(weights) == 0.0:
        return [("weights", "at least one above 0", "are all zero")]
    return []


def _amount(name: str, meaning: str) -> Input:
    return Input(name, meaning, low=0.0, required=False, default=0.0)


def _share(name: str, meaning: str) -> Input:
    return Input(name, meaning, low=0.0, high=1.0)


_GROSS = Input("gross", "return before fees, a fraction a year", low=-1.0, high=10.0)

CALCULATORS: dict[str, Calculator] = {
    "fee-drag": Calculator(
        "what an annual fee takes from savings over the years",
        "value at gross against value at gross - fee, compounded once a year; "
        "contribution (1 + contribution_growth)^(t-1) at the end of t = 1..years",
        (
            _amount("initial", "USD at the start"),
            _amount("contribution", "USD at the end of year 1"),
            Input("contribution_growth", "fraction a year", low=-1.0, high=10.0, required=False, default=0.0),
            Input("years", "number of years", kind="whole", low=0, high=200),
            _GROSS,
            _share("fee", "fraction of assets a year"),
        ),
        fee_drag,
        _fee_above_assets,
    ),
    "advertised": Calculator(
        "the net return that a gross return becomes",
        "net = (gross - management_fee)(1 - carry), carry on a gain only",
        (_GROSS, _share("management_fee", "fraction of assets a year"), _share("carry", "share of the gain")),
        advertised,
    ),
    "survival": Calculator(
        "the chance of living from one birthday to another",
        "product of 1 - q(x) over the ages x = from_age .. to_age - 1, period life table of 2022",
        (
            Input("sex", "whose table", kind="name", names=SEXES),
            Input("from_age", "age in years", kind="whole", low=0, high=119),
            Input("to_age", "age in years", kind="whole", low=0, high=120),
        ),
        survival,
        _ages_out_of_order,
    ),
    "social-security": Calculator(
        "the old-age benefit of Social Security, USD a month, unrounded",
        "pia = 90% of aime to the first bend point, 32% to the second, 15% above; benefit = pia less 5/9% "
        "a month for 36 months before full_age and 5/12% beyond, or plus 2/3% a month after it",
        (
            Input("aime", "average indexed monthly earnings, USD", low=0.0),
            Input("claim_age", "years, whole months", low=62.0, high=70.0),
            Input("full_age", "years, whole months", low=65.0, high=70.0, required=False, default=67.0),
            Input("year", "of turning 62", kind="whole", low=2025, high=2026, required=False, default=2025),
        ),
        social_security,
        _parts_of_months,
    ),
    "frozen-share": Calculator(
        "the locked share of wealth after listed prices fall",
        "frozen_share = p / (p + (1 - p)(1 - d)), p = private_share, all of it locked, d = public_fall",
        (
            _share("private_share", "share of wealth in private funds"),
            _share("public_fall", "fall of the rest"),
        ),
        frozen_share,
    ),
    "impact": Calculator(
        "the price change that a net purchase makes",
        "x = multiplier x flow / market_value; price_change = x if x >= 0, else x / (1 - x)",
        (
            Input("multiplier", "price change per share of the market bought", low=0.0),
            Input("flow", "net purchases, USD; negative for sales"),
            Input("market_value", "USD", low=0.0, above=True),
        ),
        impact,
    ),
    "inequality": Calculator(
        "Gini, share of the richest tenth and Theil index of a list",
        "Lorenz curve linear between points, no small-sample correction, 0 ln 0 = 0",
        (
            Input("values", "amounts", kind="numbers", low=0.0),
            Input("weights", "people behind each amount", kind="numbers", low=0.0, required=False),
        ),
        inequality,
        _misfit_of_weights,
    ),
}
"""Every calculator by the name that `thirdwave calc` takes."""
