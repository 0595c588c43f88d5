"""Values that are right one by one and wrong together."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from environment.assets import CLASSES, PRIVATE
from environment.calendar import format_month, parse_month
from environment.checking import NEVER
from environment.parameters import Value, parameters
from environment.tabular import InputTable

_SUMS_TO_ONE: Final = ("population.education", "employers.match_mix", "funds.target_date.private_mix")
_SUM_TOLERANCE: Final = 1e-6
_MOST_DRIFT: Final = 0.1  # change of a price in a month in which none of the expected purchases come
_GLIDE: Final = "funds.target_date.glide"
_NO_TABLES: Final[Mapping[str, InputTable]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Keys whose values do not go together, what is wrong with them and what is allowed."""

    keys: tuple[str, ...]
    message: str
    allowed: str


def contradictions(
    values: Mapping[str, Value], tables: Mapping[str, InputTable] = _NO_TABLES
) -> Iterator[Contradiction]:
    """What is contradictory among values each of which is allowed by itself.

    Parameters
    ----------
    values : mapping
        Parameters by key. A rule is left out when one of its keys is missing, so that a value already refused
        is not reported twice.
    tables : mapping of str to InputTable
        Content of the CSV files that values name, by dotted key.
    """
    for rule in _RULES:
        yield from rule(values)
    yield from _months_of_returns(values, tables)


def followed(values: Mapping[str, Value], key: str) -> str:
    """The month that holds for `key`: its own, or that of the key it follows when it is empty."""
    written = str(values[key])
    followed_key = parameters()[key].follows
    return str(values[followed_key]) if written == "" and followed_key is not None else written


def _shares(values: Mapping[str, Value]) -> Iterator[Contradiction]:
    """Shares of a whole sum to 1."""
    for prefix in _SUMS_TO_ONE:
        keys = tuple(key for key in parameters() if key.startswith(prefix + "."))
        numbers = _numbers(values, keys)
        if numbers and abs(math.fsum(numbers) - 1.0) > _SUM_TOLERANCE:
            message = f"the shares {prefix}.* sum to {math.fsum(numbers):.6g}"
            yield Contradiction(keys, message, "shares that sum to 1")


def _windows(values: Mapping[str, Value]) -> Iterator[Contradiction]:
    """No lever ends before it starts."""
    overall = ("policy.end", "policy.start")
    if not all(key in values for key in overall):
        return
    own_ends = [key for key, one in parameters().items() if one.follows == overall[0]]
    for keys in [overall, *((key, key.removesuffix("_end") + "_start") for key in own_ends)]:
        # A lever without dates of its own says nothing that the dates of the policy have not said.
        if not all(key in values for key in keys) or all(values[key] == "" for key in keys):
            continue
        end, start = (followed(values, key) for key in keys)
        if NEVER not in (start, end) and end < start:
            message = f"{keys[0]}, which is {end}, lies before {keys[1]}, which is {start}"
            yield Contradiction(keys, message, "an end that is not before the start")


def _catch_up(values: Mapping[str, Value]) -> Iterator[Contradiction]:
    """A manager who receives less of the catch-up than of all profit would never catch up."""
    keys = ("funds.evergreen.catch_up", "funds.evergreen.incentive_fee")
    numbers = _numbers(values, keys)
    if numbers and 0.0 < numbers[0] <= numbers[1]:
        message = f"the catch-up of {numbers[0]:g} does not exceed the incentive fee of {numbers[1]:g}"
        yield Contradiction(keys, message, "a catch-up of 0, or above the incentive fee")


def _bend_points(values: Mapping[str, Value]) -> Iterator[Contradiction]:
    """The second bend point of Social Security is not below the first."""
    first, second = "social_security.first_bend_usd.", "social_security.second_bend_usd."
    for year in (key.removeprefix(first) for key in parameters() if key.startswith(first)):
        keys = (second + year, first + year)
        numbers = _numbers(values, keys)
        if numbers and numbers[0] < numbers[1]:
            message = f"{keys[0]}, which is {numbers[0]:g}, is below {keys[1]}, which is {numbers[1]:g}"
            yield Contradiction(keys, message, "a second bend point that is not below the first")


def _bonds(values: Mapping[str, Value]) -> Iterator[Contradiction]:
    """Inflation-protected bonds and cash are parts of what is not equity."""
    keys = (f"{_GLIDE}.tips_share_of_bonds_at_end", f"{_GLIDE}.cash_share_of_bonds_at_end")
    total = math.fsum(_numbers(values, keys))
    if total > 1.0:
        message = f"inflation-protected bonds and cash are {total:.6g} of what is not equity"
        yield Contradiction(keys, message, "two shares of at most 1 together")


def _retirement(values: Mapping[str, Value]) -> Iterator[Contradiction]:
    """Shares of those who stop at an age leave the rest to the fixed age; the rule has an age to begin at."""
    keys = tuple(key for key in parameters() if key.startswith("savers.retirement.share."))
    total = math.fsum(_numbers(values, keys))
    if total > 1.0 + _SUM_TOLERANCE:
        message = f"the shares savers.retirement.share.* sum to {total:.6g}"
        yield Contradiction(keys, message, "shares of at most 1 together")
    ages = ("savers.retirement.earliest", "savers.retirement.latest")
    numbers = _numbers(values, ages)
    if numbers and numbers[0] > numbers[1]:
        message = f"{ages[0]}, which is {numbers[0]:g}, lies above {ages[1]}, which is {numbers[1]:g}"
        yield Contradiction(ages, message, "an earliest age that is not above the latest")


def _balance_bands(values: Mapping[str, Value]) -> Iterator[Contradiction]:
    """Every balance belongs to one band: the bounds between them rise."""
    keys = tuple(key for key in parameters() if key.startswith("careers.cash_out.below_usd."))
    numbers = _numbers(values, keys)
    for lower, upper, below, above in zip(keys, keys[1:], numbers, numbers[1:], strict=False):
        if below >= above:
            message = f"{lower}, which is {below:g}, is not below {upper}, which is {above:g}"
            yield Contradiction((lower, upper), message, "balances that rise from band to band")


def _history(values: Mapping[str, Value]) -> Iterator[Contradiction]:
    """A replay begins with a month that is used."""
    keys = ("market.history_start", "market.history.from")
    if all(key in values for key in keys) and followed(values, keys[0]) < str(values[keys[1]]):
        message = f"{keys[0]}, which is {values[keys[0]]}, lies before {keys[1]}, which is {values[keys[1]]}"
        yield Contradiction(keys, message, "a start that is not before the first month that is used")


def _outside_investors(values: Mapping[str, Value]) -> Iterator[Contradiction]:
    """What outside investors have in the private funds of a class is a part of the class."""
    for name in PRIVATE:
        keys = (f"funds.outside_usd.{name}", f"market.size_usd.{name}")
        numbers = _numbers(values, keys)
        if numbers and numbers[0] > numbers[1]:
            message = f"{keys[0]}, which is {numbers[0]:g}, exceeds {keys[1]}, which is {numbers[1]:g}"
            yield Contradiction(keys, message, "outside investors who hold no more than the class is worth")


def _expected_flows(values: Mapping[str, Value]) -> Iterator[Contradiction]:
    """Purchases that are in prices already do not carry a market away in months in which nobody trades."""
    for name in CLASSES:
        keys = (f"market.expected_flow.{name}", f"market.impact.{name}")
        numbers = _numbers(values, keys)
        if numbers and abs(numbers[0]) * numbers[1] > _MOST_DRIFT:
            message = f"{keys[0]}, which is {numbers[0]:g}, at a multiplier of {numbers[1]:g} moves prices"
            message += f" by {-numbers[0] * numbers[1]:.6g} in a month without trades"
            yield Contradiction(keys, message, f"a product of at most {_MOST_DRIFT:g} either way")


def _months_of_returns(
    values: Mapping[str, Value], tables: Mapping[str, InputTable]
) -> Iterator[Contradiction]:
    """A table of returns covers the whole run."""
    keys = ("market.returns", "run.start", "run.years")
    table, years = tables.get(keys[0]), values.get(keys[2])
    if table is None or not all(key in values for key in keys) or not isinstance(years, int) or years == 0:
        return
    first = parse_month(str(values[keys[1]]))
    last = first + 12 * years - 1
    begin, end = int(table.rows[0][0]), int(table.rows[-1][0])
    if first < begin or last > end:
        begin_text, end_text, first_text, last_text = map(format_month, (begin, end, first, last))
        message = (
            f"{table.file} covers {begin_text} to {end_text}, not the whole run, {first_text} to {last_text}"
        )
        yield Contradiction(keys, message, "a row for every month of the run")


def _numbers(values: Mapping[str, Value], keys: tuple[str, ...]) -> list[float]:
    """The numbers of all keys, or none of them if one is missing."""
    found = [values.get(key) for key in keys]
    numbers = [float(value) for value in found if isinstance(value, float | int)]
    return numbers if len(numbers) == len(keys) else []


_RULES: Final[tuple[Callable[[Mapping[str, Value]], Iterator[Contradiction]], ...]] = (
    _shares,
    _windows,
    _catch_up,
    _bend_points,
    _bonds,
    _retirement,
    _balance_bands,
    _history,
    _outside_investors,
    _expected_flows,
)
