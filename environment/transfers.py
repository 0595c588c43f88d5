"""Every transfer that touched one saver in a month, and the check that they explain the change of wealth."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from environment.books import BooksError
from environment.portraits import IRA, PLAN, Holding, Portrait
from environment.savers import RETIRED
from environment.typing import FloatArray

WEALTH, WITHIN, OUTSIDE = "wealth", "within", "outside"
TOLERANCE = 1e-9  # of wealth, or of the units of a holding


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money or units that moved.

    Attributes
    ----------
    month : int
    kind : str
        What it was, such as ``match``; the page `docs/one-life.md` lists all.
    effect : str
        ``WEALTH``: changes what the accounts are worth; ``WITHIN``: buys, sells or moves inside the accounts;
        ``OUTSIDE``: reaches the saver or the government and no account.
    account : str
        ``plan``, ``ira``, or empty where both pay.
    fund : int
        Position in the catalogue, -1 for cash.
    usd, units, price : float
        From the view of the account, or outside of the saver: positive in, negative out. USD an account.
    """

    month: int
    kind: str
    effect: str
    account: str
    usd: float
    fund: int = -1
    units: float = 0.0
    price: float = 0.0


@dataclass(frozen=True, slots=True)
class Trade:
    """Units that an order bought (positive) or sold (negative), and what the order was for."""

    purpose: str
    holding: Holding
    units: float


@dataclass(frozen=True, slots=True)
class PaidOut:
    """Cash that left the accounts of one saver, USD, as in `environment.cash.Cash`; what of it was early."""

    spent: float = 0.0
    from_ira: float = 0.0
    fees: float = 0.0
    forfeited: float = 0.0
    lent: float = 0.0
    unmet: float = 0.0
    early: float = 0.0


@dataclass(frozen=True, slots=True)
class RowMonth:
    """All that is known of one row in one month.

    Attributes
    ----------
    month : int
    level : float
        Price level relative to the opening.
    before, middle, after : Portrait
        At the month's start, just before orders are filled, at its end.
    prices_before, prices_after, fee_per_unit : FloatArray, shape (K,)
        Reported prices at the month's start and those of its fills; fees in them a unit.
    trades : tuple of Trade
    paid : PaidOut
    asked : frozenset of str
        Which of ``rollover``, ``transfer``, ``switch``, ``mapping`` the saver or the plan ordered.
    lump_purpose : str
        What a sum wanted at once is for: ``hardship`` or ``cash_out``.
    """

    month: int
    level: float
    before: Portrait
    middle: Portrait
    after: Portrait
    prices_before: FloatArray
    prices_after: FloatArray
    fee_per_unit: FloatArray
    trades: tuple[Trade, ...]
    paid: PaidOut
    asked: frozenset[str]
    lump_purpose: str

    @property
    def changes_hands(self) -> bool:
        """Whether the saver died this month."""
        dies = self.before["alive"] and not self.after["alive"]
        return bool(dies) or self.before["generation"] != self.after["generation"]


def transfers_of_living(one: RowMonth, withdrawal_tax: float, early_penalty: float) -> list[Transfer]:
    """Transfers of a saver who lives through the month, or enters in it."""
    found = gains(one, one.middle.units) + moves_in_kind(one) + payments_in(one) + trades(one)
    return found + payments_out(one) + _outside(one, withdrawal_tax, early_penalty)


def transfers_of_dying(one: RowMonth) -> list[Transfer]:
    """Gains and fees of the last month, and what is left, which goes to the estate."""
    left = [
        _of_fund(one, "bequest", WEALTH, holding, -units * one.prices_after[holding[1]], -units)
        for holding, units in one.before.units.items()
    ]
    return gains(one, one.before.units) + left


def gains(one: RowMonth, held: Mapping[Holding, float]) -> list[Transfer]:
    """Change of what is held, before fees, and the fees that the prices bore."""
    found = []
    for holding, units in held.items():
        fund = holding[1]
        fee = float(units * one.fee_per_unit[fund])
        change = float(units * (one.prices_after[fund] - one.prices_before[fund]))
        found.append(_of_fund(one, "gain", WEALTH, holding, change + fee))
        found.append(_of_fund(one, "fund_fee", WEALTH, holding, -fee))
    return found


def moves_in_kind(one: RowMonth) -> list[Transfer]:
    """Private units that left the plan for the IRA with a rollover."""
    if one.changes_hands:
        return []
    before, middle = one.before.units, one.middle.units
    moved = {place: middle.get(place, 0.0) - before.get(place, 0.0) for place in sorted({*before, *middle})}
    return [
        _of_fund(one, "moved_in_kind", WITHIN, place, units * one.prices_after[place[1]], units)
        for place, units in moved.items()
        if units
    ]


def payments_in(one: RowMonth) -> list[Transfer]:
    """What flows into the plan: deferral, match, other employer's money, repaid loan."""
    now = one.middle
    amounts = {
        "deferral": now["own_contribution"],
        "match": now["match"],
        "nonelective": now["contribution"] - now["own_contribution"] - now["match"],
        "loan_repayment": now["loan_payment"],
    }
    whole = now["contribution"] + now["loan_payment"]
    return [
        Transfer(one.month, kind, WEALTH, PLAN, usd)
        for kind, usd in amounts.items()
        if abs(usd) > TOLERANCE * whole  # what employers add is a difference, and may be its rounding
    ]


def payments_out(one: RowMonth) -> list[Transfer]:
    """Cash that left the accounts; spending by account, for before retirement the plan alone pays."""
    paid, kind = one.paid, spending_kind(one)
    amounts = [
        (kind, IRA, paid.from_ira),
        (kind, PLAN, paid.spent - paid.from_ira),
        ("record_keeping_fee", "", paid.fees),
        ("forfeiture", "", paid.forfeited),
        ("loan", PLAN, paid.lent),
    ]
    return [Transfer(one.month, name, WEALTH, account, -usd) for name, account, usd in amounts if usd]


def spending_kind(one: RowMonth) -> str:
    """What spending is called: a withdrawal in retirement, before it what the sum was asked for."""
    return "withdrawal" if one.middle["status"] == RETIRED else one.lump_purpose


def trades(one: RowMonth) -> list[Transfer]:
    """Purchases and sales at the prices of the month's fills."""
    return [
        _of_fund(
            one,
            f"{'purchase' if trade.units > 0.0 else 'sale'}_{trade.purpose}",
            WITHIN,
            trade.holding,
            trade.units * one.prices_after[trade.holding[1]],
            trade.units,
        )
        for trade in one.trades
    ]


def _outside(one: RowMonth, withdrawal_tax: float, early_penalty: float) -> list[Transfer]:
    written_off = 0.0 if one.changes_hands else defaulted(one)
    amounts = {
        "social_security": one.after["benefit_real"] * one.level,
        "withdrawal_tax": -withdrawal_tax * one.paid.spent,
        "early_penalty": -early_penalty * one.paid.early,
        "deemed_distribution_tax": -withdrawal_tax * written_off,
    }
    return [Transfer(one.month, kind, OUTSIDE, "", usd) for kind, usd in amounts.items() if usd]


def defaulted(one: RowMonth) -> float:
    """Debt to the own account that was written off: it was there, and no payment was made, USD."""
    owed = one.before["loan"]
    return owed if owed > 0.0 and one.middle["loan_payment"] == 0.0 else 0.0


def check_wealth(month: int, start: float, end: float, moved: Iterable[Transfer]) -> None:
    """The transfers of a month explain the change of wealth.

    Raises
    ------
    BooksError
        When they are more than 1e-9 off.
    """
    flows = [one.usd for one in moved if one.effect == WEALTH]
    scale = max(1.0, start, end, sum(map(abs, flows)))
    residual = (end - start - sum(flows)) / scale
    if not abs(residual) <= TOLERANCE:
        raise BooksError(f"month {month}: the wealth of a saver is {residual:g} of itself off its transfers")


def check_units(one: RowMonth) -> None:
    """Trades explain the change of every holding.

    Raises
    ------
    BooksError
        When units are more than 1e-9 of a holding off.
    """
    held = dict(one.middle.units)
    scale = dict(held)
    for trade in one.trades:
        held[trade.holding] = held.get(trade.holding, 0.0) + trade.units
        scale[trade.holding] = scale.get(trade.holding, 0.0) + abs(trade.units)
    for place in sorted({*held, *one.after.units}):
        off = one.after.units.get(place, 0.0) - held.get(place, 0.0)
        if not abs(off) <= TOLERANCE * scale.get(place, 0.0):
            raise BooksError(f"month {one.month}: a saver's holding {place} is {off:g} units off its trades")


def _of_fund(
    one: RowMonth, kind: str, effect: str, holding: Holding, usd: float, units: float = 0.0
) -> Transfer:
    account, fund = holding
    price = float(one.prices_after[fund])
    return Transfer(one.month, kind, effect, account, float(usd), fund, units, price)
