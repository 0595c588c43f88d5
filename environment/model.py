"""The world: hosts everybody, and runs the month."""

from dataclasses import replace
from typing import Any

import numpy as np
from mesa import Model

from agents import borrowing, claiming, hardship, leaving, matching, retiring, saving, spending
from agents.choosing import Attitude, Traits, advert_weight, choose, looks
from agents.employers import Employer, opens_plan
from agents.government import GUIDANCE, SAFE_HARBOUR, Government
from agents.managers import Manager
from agents.savers import Saver
from environment import accounting, deferrals, lives, orders, reading, reviews, settlement, standing
from environment.accounting import MonthAccount
from environment.assets import PRIVATE
from environment.blocks import LOOKS, by_block
from environment.books import MANAGERS, Ownership
from environment.cash import cash_due
from environment.events import MonthEvents, month_events
from environment.funds.book import PRIVATES, Valuation
from environment.funds.charges import Charges, fee_terms, mark_high_water
from environment.funds.gates import start_quarter
from environment.funds.trading import settle
from environment.life import Departures
from environment.membership import Moves
from environment.opening import invest, open_state
from environment.orders import NO_MAPPING, NO_ROLLOVER, Chosen, Look, Mapping
from environment.policy import policy_at, turning_months
from environment.pricing import Prices, charged_before_impact, make_prices, pay_estates
from environment.recorder import observe_month, remember_departed, start_record
from environment.register import IRA, PLAN, charge
from environment.rowsets import union, without
from environment.rules import Rules
from environment.savers import Savers
from environment.scenario import Scenario
from environment.settlement import Asked, Filled, Terms
from environment.splits import Split, as_split, cut
from environment.state import MONTHS_A_YEAR
from environment.typing import BoolArray, FloatArray, IntArray

MOST_HANDLES = 20_000
REVIEW_STAGES = (GUIDANCE, SAFE_HARBOUR)
RULES = Rules(leaving, hardship, borrowing, saving, matching, retiring, claiming, spending)


class World(Model[Any, Any]):
    """One replication of a scenario: a Mesa model whose unit of time is a month.

    Parameters
    ----------
    scenario : Scenario
    seed : int, optional
        Non-negative; the scenario's ``run.seed`` by default.
    replication : int
        Counts from 0; replication 0 of many equals the only one.
    handles : bool, optional
        Register a Mesa agent for every saver; by default up to 20,000 savers. Results do not depend on it.
    rules : Rules, optional
        How savers behave over their lives; a rival theory of one decision is another module in its place.

    Attributes
    ----------
    state : State
        Everything that makes up the world.
    savers : Savers
        The table of savers, one row each.
    record : Record
        What has been observed so far.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int | None = None,
        replication: int = 0,
        handles: bool | None = None,
        rules: Rules = RULES,
    ) -> None:
        seed = scenario.whole("run.seed") if seed is None else seed
        super().__init__(rng=seed % 2**32)  # Mesa wants one; nothing here draws from it
        self.rules = rules
        self.state, balances = open_state(scenario, seed, replication, rules)
        self.terms = fee_terms(scenario, self.state.catalogue.management_fees(scenario))
        self._meet_agents(scenario.whole("run.savers") <= MOST_HANDLES if handles is None else handles)
        self._open(balances)
        self.record = start_record(self.state, replication, self.managers)

    @property
    def savers(self) -> Savers:
        """The table of savers, settled up to now: where rows stand, a copy of what lags behind."""
        return reading.settled(self.state.standing, self.state.savers)

    def perceived_excess(self) -> FloatArray:
        """Excess return of alternatives that each saver expects over listed equity, shape (N,), a year."""
        state, savers, menu = self.state, self.state.savers, self.state.menu
        weight = advert_weight(savers.literacy, self.attitude.advert_weight, state.policy.disclosure)
        advertised, truth = menu.excess_return(menu.advertised), menu.excess_return(menu.net_return)
        return weight * advertised + (1.0 - weight) * truth + savers.perception_bias

    def step(self) -> None:
        """One month. The order of these lines is the order of the month."""
        self._calendar()
        own, charges, before = self._market()
        departed, moves = self._life()
        mapping = self._plans(moves)
        chosen = self._choices(moves, mapping)
        self._payroll(moves)
        asked = self._requests(chosen, mapping, departed, before)
        terms = self._managers(asked, charges, before)
        prices = self._prices(asked, terms)
        filled = self._fills(asked, terms, prices, own)
        account, events = self._books(own, terms, prices, departed, filled)
        self._observe(prices, departed, account, events)

    def _calendar(self) -> None:
        state = self.state
        if state.month == state.scenario.months:
            raise ValueError(f"the scenario ends after month {state.month}: give it more years")
        state.month += 1
        state.set_listed_targets()
        if state.month in self.turning_months:
            last, state.policy = state.policy, policy_at(state.scenario, state.month)
            reviews.shut_doors(state, last)
        standing.wake_block(state.standing, state.savers, state.birthday_block())
        state.stage = self.government.proclaim(state.month, state.policy.open)

    def _market(self) -> tuple[Ownership, Charges, Valuation]:
        state = self.state
        start_quarter(state.funds, state.month)
        own = accounting.ownership(state)
        charges, before = charged_before_impact(state, self.terms)
        return own, charges, before

    def _life(self) -> tuple[Departures, Moves]:
        return lives.live_on(self.state, self.rules)

    def _plans(self, moves: Moves) -> Mapping:
        state = self.state
        if not state.policy.open:
            return NO_MAPPING
        closed = self.reviews_in[state.calendar_month]
        draws = state.luck.uniform("employer.review", state.month, closed)
        opens = opens_plan(state.stage, self.hazards, state.plans.open_factor[closed], draws)
        opened = closed[opens]
        for row in opened.tolist():
            self.employers[row].open_plan(state.month)
        self.reviews_in[state.calendar_month] = closed[~opens]
        return reviews.open_plans(state, opened, moves.enrolled)

    def _choices(self, moves: Moves, mapping: Mapping) -> Chosen:
        state = self.state
        born = state.birthday_rows()
        reviews.keep_splits_within_cap(state, born)
        moved = union(mapping.rows, moves.rolled, moves.cashed, moves.enrolled)
        lookers = without(self._lookers(born), moved)
        in_ira = ~state.savers.holds_plan[lookers]
        to_plain = self._passive(moves.rolled, "rollover")
        to_default = self._passive(moves.enrolled, "enrolment")
        rolling, joining = moves.rolled[~to_plain], moves.enrolled[~to_default]
        for_ira, for_plan, for_switch = self._choose(
            Look(rolling, np.full(rolling.size, IRA), "rollover.choice"),
            Look(joining, np.full(joining.size, PLAN), "enrolment.choice"),
            Look(lookers, in_ira, "choice"),
        )
        rollover = reviews.roll_over(state, moves.rolled, for_ira, to_plain)
        transfer = reviews.set_enrolment(state, moves.enrolled, for_plan, to_default, rollover)
        return Chosen(rollover, transfer, reviews.switch_to(state, lookers, in_ira, for_switch))

    def _lookers(self, born: IntArray) -> IntArray:
        state = self.state
        draw = state.luck.uniform("look", state.month, born)
        lookers: IntArray = born[looks(draw, state.scenario.number("savers.inertia"))]
        return lookers[reviews.has_account(state, lookers)]

    def _payroll(self, moves: Moves) -> None:
        deferrals.payday(self.state, moves, self.rules.saving, self.rules.matching)

    def _requests(self, chosen: Chosen, mapping: Mapping, departed: Departures, before: Valuation) -> Asked:
        state = self.state
        lives.ask_for_money(state, self.record.frozen, self.rules)
        orders.queue_switches(state.savers, chosen.switch, before.reported, state.catalogue)
        standing.draw(state.standing, state.savers, before.reported)
        return Asked(cash_due(state, before.reported), chosen, mapping, departed)

    def _managers(self, asked: Asked, charges: Charges, before: Valuation) -> Terms:
        return settlement.agree_terms(self.state, asked, charges, before)

    def _prices(self, asked: Asked, terms: Terms) -> Prices:
        return make_prices(self.state, asked, terms)

    def _fills(self, asked: Asked, terms: Terms, prices: Prices, own: Ownership) -> Filled:
        state, after = self.state, prices.after
        fees = accounting.month_fees(own, after, prices.charges)
        charge(state.savers, state.standing.acting, fees.per_unit)
        cash, dollars = settlement.fill(state, prices.sales, terms.before, after.reported)
        sized, filled = terms.before.reported, after.reported
        standing.advance(state.standing, state.savers, sized, filled, fees.per_unit, state.level)
        orders_in = prices.orders._replace(dollars_in=dollars)
        from_funds = settle(state.funds, after, prices.charges.total * after.gross, orders_in, prices.trades)
        pay_estates(state, asked, prices)
        mark_high_water(state.funds, terms.before, terms.charges.owed)
        return Filled(cash=cash, into_private=dollars[PRIVATES] + from_funds, fees=fees)

    def _books(
        self, own: Ownership, terms: Terms, prices: Prices, departed: Departures, filled: Filled
    ) -> tuple[MonthAccount, MonthEvents]:
        state = self.state
        account = accounting.close_month(state, own, prices.after, filled.fees, departed, filled.cash)
        fees = account.management_by_manager.tolist(), account.performance_by_manager.tolist()
        for manager, management, performance in zip(self.managers, *fees, strict=True):
            manager.collect(management, performance)
        events = month_events(state, own, terms, prices, filled)
        waiting = settlement.waiting(state.savers, prices.sales.withdrawals, terms)
        lives.remember_money(state, filled.cash, waiting, account.totals.benefit_real, self.rules)
        return account, events

    def _observe(
        self, prices: Prices, departed: Departures, account: MonthAccount, events: MonthEvents
    ) -> None:
        remember_departed(self.record, self.state, departed, events)
        observe_month(self.record, self.state, prices, account, events)

    def _passive(self, rows: IntArray, stream: str) -> BoolArray:
        share = self.state.scenario.number("savers.single_default_share")
        passive: BoolArray = self.state.luck.uniform(stream, self.state.month, rows) < share
        return passive

    def _choose(self, *looks: Look) -> list[Split]:
        """What savers who look would pick, all at once, since a look at a menu is dear."""
        state, savers, menu = self.state, self.state.savers, self.state.menu
        rows = np.concatenate([one.rows for one in looks])
        in_ira = np.concatenate([one.in_ira for one in looks])
        each = [state.luck.uniforms(one.stream, state.month, one.rows, 1 + menu.funds.size) for one in looks]
        attitude = replace(self.attitude, disclosure=state.policy.disclosure)
        offered = menu.offered(state.menu_open(rows, in_ira), ~in_ira, state.policy)
        copies = np.where(in_ira, menu.ira_copies, self.plan_copies[savers.people.employer[rows]])
        draws = np.concatenate(each)

        def pick(part: slice) -> Split:
            some = rows[part]
            traits = Traits(savers.literacy[some], savers.perception_bias[some], savers.caution[some])
            return choose(attitude, traits, offered[part], menu, draws[part], copies[part])

        picks, shares = map(np.concatenate, zip(*by_block(pick, rows.size, LOOKS), strict=True))
        default = np.where(in_ira, state.plain_default(rows), state.plan_default(rows))
        split = as_split(menu.positions(picks, default), shares)
        return cut(split, [one.rows.size for one in looks])

    def _open(self, balances: FloatArray) -> None:
        state = self.state
        holders = np.flatnonzero(state.savers.has_held)
        passive = self._passive(holders, "enrolment")
        (chosen,) = self._choose(Look(holders[~passive], np.full((~passive).sum(), PLAN), "enrolment.choice"))
        reviews.set_enrolment(state, holders, chosen, passive, NO_ROLLOVER)
        invest(state, holders, balances[holders])
        lives.start(state, self.rules)
        standing.rest(state.standing, state.savers, np.arange(state.savers.size))

    def _meet_agents(self, handles: bool) -> None:
        state, scenario, plans = self.state, self.state.scenario, self.state.plans
        self.government = Government(self, scenario.month("policy.safe_harbour"))
        houses = zip(MANAGERS, (*PRIVATE, "listed"), strict=True)
        self.managers = [Manager(self, name, strategy) for name, strategy in houses]
        rules = (plans.share, plans.auto_enrolment, plans.review_month, plans.open_factor)
        columns = (column.tolist() for column in rules)
        self.employers = [Employer(self, row, *one) for row, one in enumerate(zip(*columns, strict=True))]
        self.reviews_in = [np.flatnonzero(plans.review_month == month) for month in range(1 + MONTHS_A_YEAR)]
        self.turning_months = turning_months(scenario)
        self.hazards = {stage: scenario.number(f"employers.open_hazard.{stage}") for stage in REVIEW_STAGES}
        self.plan_copies = state.menu.plan_copies(plans.menu_options)
        self.attitude = Attitude(
            advert_weight=scenario.number("savers.advert_weight"),
            disclosure=0.0,
            risk_aversion=scenario.number("savers.risk_aversion"),
            unfamiliarity=scenario.number("savers.unfamiliarity"),
            noise=scenario.number("savers.choice_noise"),
            most_funds=scenario.whole("savers.max_funds"),
            funds_used_ratio=scenario.number("savers.funds_used_ratio"),
        )
        if handles:
            table = reading.Accounts(state.standing, state.savers)
            Saver.create_agents(self, state.savers.size, table, np.arange(state.savers.size))
