"""Plan types: a fixed number of employers with heavy-tailed sizes and their rules (economics 24)."""

import csv
import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from environment.luck import Luck
from environment.parameters import number_lines
from environment.scenario import Scenario
from environment.typing import BoolArray, FloatArray, IntArray

MONTHS_A_YEAR = 12
SIZE_CLASSES = ("micro", "small", "medium", "large")
FREE_VESTING = ("cliff_of_three", "graded_to_five", "graded_to_six", "immediate")
OPENING = 0
Names = npt.NDArray[np.str_]


@dataclass(slots=True)
class Plans:
    """Columns of P plan types, largest first.

    Attributes
    ----------
    share : FloatArray, shape (P,)
        Share of all covered workers.
    size_class : IntArray, shape (P,)
        Position in `SIZE_CLASSES`.
    auto_enrolment : BoolArray, shape (P,)
    default_rate : FloatArray, shape (P,)
        Deferral, as a share of pay, at which an automatic plan enrols; 0 in voluntary ones.
    escalates : BoolArray, shape (P,)
        Raises the deferral of those at the default every year; never in voluntary plans.
    match : FloatArray, shape (P, 4)
        First rate and limit, second rate and limit, as shares of pay.
    nonelective : FloatArray, shape (P,)
        Share of pay that the employer adds whatever the member defers; owned at once.
    vesting : FloatArray, shape (P, 7)
        Share of the match that a member owns after 0 to 6 completed years, 0 to 1, 1 at the end.
    review_month : IntArray, shape (P,)
        Calendar month of the review, 1 to 12.
    record_keeping_usd : FloatArray, shape (P,)
        Fee a participant a year, USD of the start.
    asset_fee : FloatArray, shape (P,)
        Administration cost a year as a share of plan balances, beside fund fees and record-keeping.
    menu_options : IntArray, shape (P,)
        Investment options, target-date funds counted as one, alternatives not counted.
    open_factor : FloatArray, shape (P,)
        Factor on the hazard of opening.
    open : BoolArray, shape (P,)
        Offers alternatives to savers who choose.
    sleeve_default : BoolArray, shape (P,)
        The default is the target-date fund with the private sleeve.
    """

    share: FloatArray
    size_class: IntArray
    auto_enrolment: BoolArray
    default_rate: FloatArray
    escalates: BoolArray
    match: FloatArray
    nonelective: FloatArray
    vesting: FloatArray
    review_month: IntArray
    record_keeping_usd: FloatArray
    asset_fee: FloatArray
    menu_options: IntArray
    open_factor: FloatArray
    open: BoolArray
    sleeve_default: BoolArray

    @property
    def automatic_share(self) -> float:
        """Share of covered workers whose plan enrols automatically."""
        return float(self.share @ self.auto_enrolment)

    @property
    def best_match(self) -> FloatArray:
        """Most the employer adds by the match, as a share of pay, shape (P,)."""
        first, limit, second, upper = self.match.T
        best: FloatArray = first * limit + second * (upper - limit)
        return best


def _rows(name: str) -> dict[str, list[str]]:
    """Cells of a CSV file of numbers by the name in its first column, without the head."""
    return {first: cells for first, *cells in list(csv.reader(number_lines(name)))[1:]}


@functools.cache
def match_formulas() -> dict[str, tuple[float, ...]]:
    """Match formulas by name: first rate and limit, second rate and limit, as shares of pay."""
    rows = _rows("match_formulas.csv")
    return {name: tuple(float(cell) for cell in tiers) for name, (*tiers, _) in rows.items()}


@functools.cache
def vesting_demanded() -> dict[str, str]:
    """What the law demands of the vesting of each match formula: "any", "two_years" or "immediate".

    The safe-harbour match is owned at once, Internal Revenue Code 401(k)(12)(E)(i); that of section
    401(k)(13) after two years at the latest, 401(k)(13)(D)(iii).
    """
    return {name: cells[-1] for name, cells in _rows("match_formulas.csv").items()}


@functools.cache
def vesting_schedules() -> dict[str, tuple[float, ...]]:
    """Share of the match owned after 0 to 6 completed years by schedule, at least as of 411(a)(2)(B)."""
    rows = _rows("vesting_schedules.csv")
    return {name: tuple(float(cell) for cell in cells) for name, cells in rows.items()}


def size_shares(plans: int, tail: float) -> FloatArray:
    """Shares of workers by plan type, largest first: Zipf's law of firm sizes.

    Parameters
    ----------
    plans : int
    tail : float
        Exponent of P(size > s) ~ s^-tail; 1.06 for US firms (Axtell 2001), so that size ~ rank^(-1/tail).
    """
    sizes = np.arange(1, plans + 1, dtype=np.float64) ** (-1.0 / tail)
    shares: FloatArray = sizes / sizes.sum()
    return shares


def size_classes(shares: FloatArray, worker_shares: FloatArray) -> IntArray:
    """Size class of each plan type: the largest types fill the largest class, then the next one.

    Parameters
    ----------
    shares : FloatArray, shape (P,)
        Shares of workers, largest first.
    worker_shares : FloatArray, shape (3,)
        Shares of all workers in the small, medium and large class; micro plans have the rest.

    Returns
    -------
    IntArray, shape (P,)
        Position in `SIZE_CLASSES`. A type belongs to the class in which its first worker lies.
    """
    larger = np.cumsum(shares) - shares
    bounds = np.cumsum(worker_shares[::-1])
    below = np.searchsorted(bounds, larger, side="right")
    return (len(SIZE_CLASSES) - 1 - below).astype(np.int64)


def build_plans(scenario: Scenario, luck: Luck) -> Plans:
    """Plan types of one replication; what depends on size is drawn or set by size class."""
    count = scenario.whole("employers.plans")
    shares = size_shares(count, scenario.number("employers.size_tail"))
    size = size_classes(shares, scenario.numbers("employers.worker_share", SIZE_CLASSES[1:]))

    def by_size(name: str) -> FloatArray:
        return scenario.numbers(f"employers.{name}", SIZE_CLASSES)[size]

    automatic = _spread(luck, "employer.auto_enrolment", size) < by_size("auto_enrolment")
    default_rate, escalates = _automatic_features(scenario, luck, size)
    match, nonelective, vesting = _contributions(scenario, luck, size)
    review = np.floor(MONTHS_A_YEAR * luck.uniform("employer.review_month", OPENING, np.arange(count)))
    return Plans(
        share=shares,
        size_class=size,
        auto_enrolment=automatic,
        default_rate=np.where(automatic, default_rate, 0.0),
        escalates=automatic & escalates,
        match=match,
        nonelective=nonelective,
        vesting=vesting,
        review_month=1 + review.astype(np.int64),
        record_keeping_usd=by_size("record_keeping_fee_usd"),
        asset_fee=by_size("asset_fee"),
        menu_options=_menu_options(scenario, luck, size),
        open_factor=by_size("open_factor"),
        open=np.zeros(count, dtype=np.bool_),
        sleeve_default=np.zeros(count, dtype=np.bool_),
    )


def _spread(luck: Luck, stream: str, group: IntArray) -> FloatArray:
    """Uniforms on (0, 1), one in each of n equal intervals within every group of n plan types.

    So the share of types below a chance differs from it by less than one type in every class.
    """
    rows = np.arange(group.size)
    chances = np.empty(group.size)
    order, place = luck.uniforms(stream, OPENING, rows, 2).T
    for one in np.unique(group):
        members = np.flatnonzero(group == one)
        shuffled = members[np.argsort(order[members])]
        chances[shuffled] = (np.arange(members.size) + place[shuffled]) / members.size
    return chances


def _pick(chances: FloatArray, draws: FloatArray) -> IntArray:
    """Which of len(chances) + 1 kinds each draw gives; the last kind has what the chances leave."""
    return np.searchsorted(np.cumsum(chances), draws, side="right").astype(np.int64)


def _automatic_features(scenario: Scenario, luck: Luck, size: IntArray) -> tuple[FloatArray, BoolArray]:
    """Default deferral rate, and whether it rises every year, were each plan type automatic."""
    names = ("middle", "high", "low")
    rates = scenario.numbers("employers.default_rate", names)
    chances = scenario.numbers("employers.default_rate_share", names[:-1])
    level = _pick(chances, _spread(luck, "employer.default_rate", size))
    escalates = _spread(luck, "employer.escalation", size) < scenario.number("employers.escalation_share")
    return rates[level], escalates


def _contributions(
    scenario: Scenario, luck: Luck, size: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Match formula (P, 4), contribution to everybody (P,), vesting of the match (P, 7)."""
    names = list(match_formulas())
    mix = scenario.numbers("employers.match_mix", names)
    formula = _pick(mix[:-1], _spread(luck, "employer.match", size))
    match = np.array(list(match_formulas().values()))[formula]
    beside = ("without_match", "with_match")
    matches = (match[:, 0] > 0.0).astype(np.int64)
    chances = scenario.numbers("employers.nonelective.share", beside)[matches]
    rates = scenario.numbers("employers.nonelective.rate", beside)[matches]
    nonelective = np.where(_spread(luck, "employer.nonelective", size) < chances, rates, 0.0)
    demanded = np.array([vesting_demanded()[name] for name in names])[formula]
    return match, nonelective, _vesting(scenario, demanded, _spread(luck, "employer.vesting", size))


def _vesting(scenario: Scenario, demanded: Names, draws: FloatArray) -> FloatArray:
    """Share of the match owned after 0 to 6 years, shape (P, 7), from what the law demands, shape (P,)."""
    free = _pick(scenario.numbers("employers.vesting_mix", FREE_VESTING[:-1]), draws)
    late = draws < scenario.number("employers.vesting_mix.cliff_of_two")
    schedule = np.where(demanded == "any", np.array(FREE_VESTING)[free], "immediate")
    schedule = np.where((demanded == "two_years") & late, "cliff_of_two", schedule)
    return np.array([vesting_schedules()[name] for name in schedule.tolist()])


def _menu_options(scenario: Scenario, luck: Luck, size: IntArray) -> IntArray:
    """Numbers of options, equally likely between the bounds around the mean, at least one."""
    spread = scenario.whole("employers.menu_options.spread")
    steps = np.floor((2 * spread + 1) * _spread(luck, "employer.menu_options", size)).astype(np.int64)
    return np.maximum(scenario.whole("employers.menu_options.mean") - spread + steps, 1)
