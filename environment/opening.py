"""The opening: people, plans, funds and balances at the end of the month before the start."""

import numpy as np

from environment.assets import CASH, PRIVATE
from environment.balances import account_weight, opening_balances
from environment.books import Books
from environment.demography import (
    eligible_chances,
    everybody_holds,
    holding_chances,
    separation_chances,
)
from environment.earnings import open_careers
from environment.funds.active import active_returns
from environment.funds.book import PRIVATES, FundBook, open_fund_book
from environment.funds.catalogue import PRIVATE_CLASS, Catalogue, build_catalogue
from environment.funds.fees import net_of_fees
from environment.funds.glide import glide_path
from environment.funds.hybrid import volatility_target
from environment.funds.smoothing import monthly_smoothing, opening_lag
from environment.funds.stable_value import wrap
from environment.generations import draw_plans, draw_traits
from environment.life import late_career_starts, resume_pay
from environment.luck import Luck
from environment.market import market_path
from environment.market.correlation import correlations
from environment.membership import works_covered
from environment.menus import build_menu
from environment.payroll import pay_profiles, wage_index, yearly_pay
from environment.persons import Persons, opening_holders, opening_persons
from environment.plans import Plans, build_plans
from environment.policy import ever_caps, policy_at
from environment.register import PLAN, buy
from environment.rules import Rules
from environment.savers import RETIRED, SEPARATED, WORKING, Savers, empty_savers
from environment.scenario import Scenario
from environment.standing import all_act
from environment.state import State
from environment.successors import set_columns
from environment.typing import BoolArray, FloatArray, IntArray

QUINTILES = np.array([0.2, 0.4, 0.6, 0.8])
MONTHS_A_YEAR = 12
LEAST_GROWTH = -0.99  # a year; fees of half of everything, charged month by month, never take all of it


def open_state(scenario: Scenario, seed: int, replication: int, rules: Rules) -> tuple[State, FloatArray]:
    """World of one replication before anybody has chosen a fund.

    Returns
    -------
    state : State
    balances : FloatArray, shape (N,)
        Opening balance of every saver, USD an account.
    """
    luck = Luck(seed, replication)
    plans = build_plans(scenario, luck)
    holding = holding_chances(scenario, plans.automatic_share)
    people = _people(scenario, luck, plans, holding)
    holds = (
        people.holding_propensity
        < holding[plans.auto_enrolment[people.employer].astype(np.int64), people.age]
    )
    balances = opening_balances(scenario, luck, people, holds)
    catalogue = build_catalogue(scenario)
    smoothing = np.zeros(catalogue.size)
    smoothing[PRIVATES] = monthly_smoothing(scenario.by_private("funds.smoothing"))
    funds = open_fund_book(catalogue.size, smoothing)
    wrap(scenario, catalogue, funds)
    savers = empty_savers(people, funds, account_weight(scenario, balances, holds))
    if not ever_caps(scenario):
        savers.let_wishes_be_splits()
    state = _assemble(scenario, luck, catalogue, plans, savers, funds, holding)
    state.set_listed_targets()
    _open_private_funds(state)
    place_people(state, holds, rules)
    return state, balances


def _people(scenario: Scenario, luck: Luck, plans: Plans, holding: FloatArray) -> Persons:
    """The people of the opening: account holders alone, or all in the shares of the scenario."""
    if everybody_holds(scenario):
        by_plan = holding[plans.auto_enrolment.astype(np.int64)]
        return opening_holders(scenario, luck, plans.share, by_plan)
    return opening_persons(scenario, luck, plans.share)


def invest(state: State, rows: IntArray, balances: FloatArray) -> None:
    """Put opening balances into the funds that savers chose; prices are one dollar a unit."""
    savers, funds = state.savers, state.funds
    amounts = savers.split_share[rows] * balances[:, None]
    in_plan = np.full(rows.size, PLAN)
    dollars = buy(savers, rows, in_plan, savers.split_fund[rows], amounts, funds.reported)
    funds.units += dollars
    funds.savers += dollars
    funds.assets += dollars[:, None] * state.listed_targets * ~state.catalogue.is_private[:, None]


def _assemble(
    scenario: Scenario,
    luck: Luck,
    catalogue: Catalogue,
    plans: Plans,
    savers: Savers,
    funds: FundBook,
    holding: FloatArray,
) -> State:
    path = market_path(scenario, luck)
    sizes = scenario.by_class("market.size_usd")
    glide = glide_path(scenario)
    middle = glide.listed_weights(np.array([glide.years_flat]), sizes)[0]
    correlation = correlations().matrix[: sizes.size, : sizes.size]
    hybrid = volatility_target(scenario, correlation, path.fundamental)
    weights = catalogue.index_weights(sizes)
    weights[catalogue.hybrid] = hybrid.weights(0, sizes)
    return State(
        scenario=scenario,
        luck=luck,
        path=path,
        catalogue=catalogue,
        glide=glide,
        menu=build_menu(scenario, catalogue, funds.smoothing, weights, middle, correlation),
        plans=plans,
        savers=savers,
        funds=funds,
        books=Books(),
        price_level=np.concatenate(([1.0], np.cumprod(1.0 + path.inflation))),
        wage_index=wage_index(path.inflation, scenario.number("pay.real_growth")),
        market_value=sizes,
        literacy_cuts=np.quantile(_known(savers.people, holding, plans), QUINTILES),
        holding_table=holding,
        separation_table=separation_chances(scenario),
        eligible_table=eligible_chances(scenario, plans.automatic_share),
        listed_targets=np.zeros((catalogue.size, sizes.size)),
        policy=policy_at(scenario, 0),
        hybrid=hybrid,
        active_return=active_returns(scenario, luck),
        standing=all_act(
            savers.size, catalogue.is_slow, scenario.number("careers.loan.rate") / MONTHS_A_YEAR
        ),
    )


def _known(people: Persons, holding: FloatArray, plans: Plans) -> FloatArray:
    """Literacy of those who hold an account, or of all where nobody does."""
    auto = plans.auto_enrolment[people.employer].astype(np.int64)
    literacy = people.literacy[people.holding_propensity < holding[auto, people.age]]
    return literacy if literacy.size else people.literacy


def _open_private_funds(state: State) -> None:
    """Evergreen funds as outside investors own them, trailing their true value as they always will."""
    scenario, funds = state.scenario, state.funds
    outside = scenario.by_private("funds.outside_usd")
    expected = scenario.by_class("market.expected")
    sleeve = max(scenario.number("funds.liquid_sleeve"), state.policy.liquid_sleeve)
    gross = (1.0 - sleeve) * expected[PRIVATE_CLASS] + sleeve * expected[CASH]
    fee, incentive = (
        scenario.number("funds.evergreen.management_fee"),
        scenario.number("funds.evergreen.incentive_fee"),
    )
    net = [max(net_of_fees(one, fee, incentive), LEAST_GROWTH) for one in gross.tolist()]
    growth = np.log1p(net) / MONTHS_A_YEAR
    lag = opening_lag(funds.smoothing[PRIVATES], growth)
    rows = np.arange(len(PRIVATE))
    funds.outside[PRIVATES] = outside
    funds.units[PRIVATES] = outside
    funds.true[PRIVATES] = lag
    funds.assets[rows, PRIVATE_CLASS] = (1.0 - sleeve) * outside * lag
    funds.assets[rows, CASH] = sleeve * outside * lag


def place_people(state: State, holds: BoolArray, rules: Rules) -> None:
    """Traits, membership, status, pay and records of earnings of the people of the opening."""
    savers, people = state.savers, state.savers.people
    rows = np.arange(savers.size)
    at_once = np.full(rows.size, state.month)
    set_columns(savers, rows, draw_traits(state, at_once, rows, people))
    set_columns(savers, rows, draw_plans(state, at_once, rows, rules.retiring, rules.claiming))
    savers.holds_plan[:] = holds
    savers.has_held[:] = holds
    savers.status[people.age >= savers.retirement_age] = RETIRED
    apart = holds & ~works_covered(state, rows)
    savers.status[:] = np.where(savers.status == RETIRED, RETIRED, np.where(apart, SEPARATED, WORKING))
    resume_pay(state, rows[savers.status != RETIRED])
    open_careers(state, rows)
    _remember_late_career(state)


def _remember_late_career(state: State) -> None:
    """Real pay of the last five working years of those who are past some of them, by their own profile."""
    savers, people = state.savers, state.savers.people
    rows = np.arange(savers.size)
    scale, growth = state.scenario.number("pay.scale"), 1.0 + state.scenario.number("pay.real_growth")
    starts = late_career_starts(state, rows)
    last = int(savers.retirement_age.max())
    for age in range(int(starts.min()), last):
        past = rows[(people.age >= age) & (starts <= age) & (age < savers.retirement_age)]
        education, permanent = people.education[past], people.log_permanent_pay[past]
        mean_shock = np.exp(0.5 * pay_profiles().transitory_variance[education])
        pay = yearly_pay(scale, education, np.full(past.size, age), permanent, mean_shock, 1.0)
        savers.late_career_pay_real[past] += pay / growth ** (people.age[past] - age)
