"""Words for what happens in a saver's life: a sentence or two for every milestone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from environment.calendar import format_month
from environment.milestones import Milestone, Shares
from environment.persons import EDUCATIONS
from environment.plans import SIZE_CLASSES
from environment.portraits import Portrait
from environment.savers import RETIRED, SEPARATED

MONTHS_A_YEAR = 12

FORCED = {0: "as planned", 2: "early, for the accounts hold too little", 3: "early, for too much is frozen"}
"""Why Social Security is claimed, by `Savers.forced_claim`."""


@dataclass(frozen=True)
class Teller:
    """What sentences need beside the milestone.

    Attributes
    ----------
    funds : sequence of str
        Names of the catalogue.
    start : int
        Absolute month of the opening.
    levels : sequence of float
        Price level by month.
    """

    funds: Sequence[str]
    start: int
    levels: Sequence[float]

    def date(self, month: int) -> str:
        """`YYYY-MM` of a month of the run, 0 being the opening."""
        return format_month(self.start + month)

    def money(self, usd: float, month: int) -> str:
        """USD of the month, in brackets at prices of the opening where these differ."""
        real = f"{usd / self.levels[month]:,.0f}"
        told = f"{usd:,.0f}"
        return told if told == real else f"{told} ({real})"

    def fund(self, position: int) -> str:
        """Name of a fund for people."""
        return self.funds[position].replace("_", " ")

    def shares(self, shares: Shares) -> str:
        """Funds with their percentages; what is below half a percent is left out."""
        told = [f"{self.fund(fund)} {share:.0%}" for fund, share in shares if share >= 0.005]
        return ", ".join(told) if told else "nothing"

    def sentence(self, told: Milestone) -> str:
        """What happened, in words."""
        return SENTENCES[told.kind](told, self)


def person(life: Portrait, month: int, teller: Teller) -> str:
    """Who somebody is: the first lines of a life."""
    born = f"{int(life['birth_year'])}-{int(life['birth_month']):02d}"
    sex = ("A woman", "A man")[int(life["sex"])]
    education = EDUCATIONS[int(life["education"])].replace("_", " ")
    quintile = int(life["literacy_quintile"]) + 1
    status = _status(life)
    means = f"Means to stop working at {int(life['retirement_age'])}"
    claim = life["claim_age"] or life["planned_claim"]
    means = "Has stopped working" if life["status"] == RETIRED else means
    means += f"; {'claimed' if life['claim_age'] else 'to claim'} Social Security at {int(claim)}."
    pay = f" Pay {teller.money(life['pay'], month)} a year." if life["pay"] else ""
    return (
        f"{sex} born {born}, education: {education}, {life['literacy']:.0%} of the literacy questions right "
        f"(fifth {quintile} of 5). {status}{pay} {means}"
    )


def _status(life: Portrait) -> str:
    age = int(life["age"])
    if life["status"] == RETIRED:
        return f"Is {age} and retired."
    if life["status"] == SEPARATED and not life["months_out"]:
        return f"Is {age} and works where no plan may be joined."
    return f"Is {age} and has worked {_counted(life['tenure'], 'year')} for the present employer."


def employer(numbers: Mapping[str, float]) -> str:
    """An employer by number and size."""
    return f"employer {int(numbers['employer'])} ({SIZE_CLASSES[int(numbers['size_class'])]})"


def plan(numbers: Mapping[str, float]) -> str:
    """Rules of a plan."""
    rate = f"enrols at {numbers['default_rate']:.1%} of pay"
    rises = ", rising every year" if numbers["escalates"] else ""
    entry = rate + rises if numbers["automatic"] else "is joined by choice"
    adds = f", and {numbers['nonelective']:.1%} of pay for everybody" if numbers["nonelective"] else ""
    years = int(numbers["vested_after"])
    vesting = f"owned in full after {years} years" if years else "owned at once"
    owned = f", {vesting}" if numbers["first_rate"] else ""
    return f"The plan {entry}; the employer adds {_match(numbers)}{owned}{adds}."


def _match(numbers: Mapping[str, float]) -> str:
    if not numbers["first_rate"]:
        return "no match"
    told = f"{numbers['first_rate']:.0%} of the first {numbers['first_limit']:.1%} of pay"
    if not numbers["second_rate"]:
        return told
    return f"{told} and {numbers['second_rate']:.0%} up to {numbers['second_limit']:.1%}"


def _opening(told: Milestone, teller: Teller) -> str:
    numbers = told.numbers
    wealth = teller.money(numbers["wealth"], told.month)
    holds = f"Holds {wealth}: {teller.shares(told.shares)}." if numbers["wealth"] else "Holds no account."
    return f"The run opens. The plan type is that of {employer(numbers)}. {plan(numbers)} {holds}"


def _enters(told: Milestone, teller: Teller) -> str:
    pay = teller.money(told.numbers["pay"], told.month)
    return f"Enters working life at {employer(told.numbers)}, pay {pay} a year. {plan(told.numbers)}"


def _birthday(told: Milestone, teller: Teller) -> str:
    numbers, month = told.numbers, told.month
    turns = f"Turns {int(numbers['age'])}."
    if numbers["status"] == RETIRED:
        takes = f" Plans to take {teller.money(numbers['withdrawal'], month)} a month."
        law = f" The law requires {teller.money(numbers['required'], month)} this year."
        return turns + (takes if numbers["withdrawal"] else "") + (law if numbers["required"] else "")
    if not numbers["pay"]:
        return f"{turns} Has no job."
    pay = f"{turns} Pay {teller.money(numbers['pay'], month)} a year"
    if not numbers["own"] and not numbers["employer_adds"]:
        return f"{pay}; nothing goes into a plan."
    own, adds = (teller.money(numbers[name], month) for name in ("own", "employer_adds"))
    return f"{pay}; defers {numbers['deferral_rate']:.1%}, {own}; the employer adds {adds}."


def _leaves(told: Milestone, _: Teller) -> str:
    numbers, size = told.numbers, SIZE_CLASSES[int(told.numbers["from_size_class"])]
    leaves = f"Leaves employer {int(numbers['from'])} ({size}) in year {int(numbers['tenure']) + 1}"
    if numbers["months_out"]:
        return f"{leaves} and is without a job for {_counted(numbers['months_out'], 'month')}."
    return f"{leaves} and goes to {employer(numbers)} at once."


def _starts_job(told: Milestone, teller: Teller) -> str:
    pay = teller.money(told.numbers["pay"], told.month)
    return f"Finds a job at {employer(told.numbers)}, pay {pay} a year."


def _forfeits(told: Milestone, teller: Teller) -> str:
    paid, due = (teller.money(told.numbers[name], told.month) for name in ("usd", "due"))
    return f"What the last employer matched is not all owned yet: {due} is due back, {paid} goes."


def _joins(told: Milestone, teller: Teller) -> str:
    how = "the default of the plan" if told.numbers["at_default"] else "a rate of the saver's own choice"
    rate = f"{told.numbers['deferral_rate']:.1%}"
    goes = teller.shares(told.shares)
    return (
        f"Starts to save at {employer(told.numbers)}: {rate}, {how}. {plan(told.numbers)} "
        f"New money goes to {goes}."
    )


def _claims(told: Milestone, teller: Teller) -> str:
    numbers = told.numbers
    benefit = teller.money(numbers["benefit"], told.month)
    why = FORCED[int(numbers["forced_claim"])]
    return f"Claims Social Security at {int(numbers['claim_age'])}, {why}: {benefit} a month."


def _retires(told: Milestone, teller: Teller) -> str:
    numbers, month = told.numbers, told.month
    wealth = teller.money(numbers["wealth"], month)
    need = teller.money(numbers["need_real"] * teller.levels[month] / MONTHS_A_YEAR, month)
    return f"Stops working at {int(numbers['age'])} with {wealth} in the accounts; needs {need} a month."


def _dies(told: Milestone, teller: Teller) -> str:
    numbers, month = told.numbers, told.month
    if not numbers["usd"]:
        return f"Dies at {int(numbers['age'])} and leaves nothing in accounts."
    kind = teller.money(numbers["in_kind"], month)
    private = f", of it {kind} in private funds, in kind" if numbers["in_kind"] else ""
    left = teller.money(numbers["usd"], month)
    return f"Dies at {int(numbers['age'])}. {left} goes to the estate and the heirs{private}."


def _changes_rate(told: Milestone, _: Teller) -> str:
    why = RATE_CHANGES[told.kind]
    return f"{why}: {told.numbers['from']:.1%} of pay becomes {told.numbers['to']:.1%}."


def _plan_opens(told: Milestone, _: Teller) -> str:
    menu = "offers alternatives on its menu" if told.numbers["menu"] else ""
    sleeve = "makes target-date funds with a private sleeve its default" if told.numbers["sleeve"] else ""
    return f"The plan of the employer {' and '.join(part for part in (menu, sleeve) if part)}."


def _in_words(told: Milestone, teller: Teller) -> str:
    """A milestone that is told by one sentence with amounts in it."""
    months = told.numbers.get("months", 1.0)
    # A sum over several months has no one price level.
    amounts = {
        name: f"{value:,.0f}" if months > 1.0 else teller.money(value, told.month)
        for name, value in told.numbers.items()
    }
    amounts["months"] = _counted(months, "month")
    return PLAIN[told.kind].format(**amounts, shares=teller.shares(told.shares))


def _counted(number: float, thing: str) -> str:
    return f"{int(number)} {thing}" if number == 1.0 else f"{int(number)} {thing}s"


RATE_CHANGES = {
    "escalates": "The plan raises the deferral",
    "leaves_default_rate": "Chooses a deferral instead of the plan's",
    "changes_rate": "Chooses another deferral",
}

PLAIN = {
    "stops_contributing": "No more money goes into the plan.",
    "leaves_covered_work": "From now on works where no plan may be joined.",
    "rolls_over": "Moves the plan to an IRA: {usd} sold and bought anew, {in_kind} in kind. Holds {shares}.",
    "brings_along": "Brings the last account along: {usd} sold and bought in the new plan. Holds {shares}.",
    "plan_maps": "The plan replaces its old default by the new one, {usd}. Holds {shares}.",
    "switches": "Looks at the menu and trades {usd}. Holds {shares}.",
    "new_money_goes": "New money now goes to {shares}.",
    "asks_hardship": "A hardship: asks for {wanted}, gets {usd}.",
    "asks_cash_out": "Cashes the plan out: {usd} is paid.",
    "is_paid_hardship": "What was asked for in the hardship: {usd} more is paid.",
    "is_paid_cash_out": "Of the cash-out {usd} more is paid.",
    "is_paid_withdrawal": "What was asked for before: {usd} is paid with this month's withdrawal.",
    "takes_loan": "Borrows {usd} from the own account, to be paid back at {payment} a month.",
    "loan_is_repaid": "The loan is paid back.",
    "loan_is_frozen": "Asks for a loan of {wanted} and gets none, for the money is frozen.",
    "loan_defaults": "The loan is in default: {usd} is written off and taxed as income.",
    "waits": "A request waits at a private fund for {months}: {usd} in the queue at first, {left} at last.",
    "goes_without": "Frozen money: in {months} {usd} is paid, {unmet} is missing.",
    "accounts_are_empty": "The accounts are empty.",
    "is_exhausted": "Year's end: nothing is left, and Social Security does not cover the need.",
}
"""Sentences by kind; every number of the milestone can stand in them as an amount."""

SENTENCES: dict[str, Callable[[Milestone, Teller], str]] = {
    "opening": _opening,
    "enters": _enters,
    "birthday": _birthday,
    "leaves_employer": _leaves,
    "starts_job": _starts_job,
    "forfeiture": _forfeits,
    "joins_plan": _joins,
    "plan_opens": _plan_opens,
    "claims": _claims,
    "retires": _retires,
    "dies": _dies,
    **dict.fromkeys(RATE_CHANGES, _changes_rate),
    **dict.fromkeys(PLAIN, _in_words),
}
