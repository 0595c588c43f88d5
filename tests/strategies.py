"""Scenarios for property tests: every parameter within what is allowed, the ends of its range most of all.

What the strategies leave out, for time alone: more than 120 savers, 3 years (unless told) and 200 plans. All
else comes from the registry, so that a new parameter is tried from the day it is defined.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from environment.age_bands import AGE_BANDS, LAST_AGE
from environment.assets import CLASSES
from environment.calendar import format_month, parse_month
from environment.contradictions import contradictions
from environment.input_tables import FIRST_ADULT_AGE
from environment.parameters import Parameter, Value, parameters

type Values = dict[str, Value]

BOUNDS: Mapping[str, tuple[int, int]] = {
    "run.savers": (60, 120),
    "run.replications": (1, 2),
    "employers.plans": (1, 200),
}
"""Sizes that cost time, each with the least and the greatest that is tried."""

WHOLES = (
    "population.education",
    "employers.match_mix",
    "funds.target_date.private_mix",
    "savers.retirement.share",
)
"""Groups of shares, which have to sum to 1 or to no more: independent draws would hardly ever do."""

_YEARS_AROUND = (2020, 2030)


def value_of(parameter: Parameter) -> st.SearchStrategy[Value]:
    """Values allowed for one parameter: its default, the ends of its range, and what lies between."""
    match parameter.kind:
        case "number" | "whole":
            return _number(parameter)
        case "switch" | "text" | "file":
            return st.sampled_from(corners(parameter))
        case "texts":
            return st.lists(st.sampled_from(parameter.allowed or ()), unique=True).map(tuple)
        case "month":
            return _month(parameter)


def corners(parameter: Parameter) -> tuple[Value, ...]:
    """The default of a parameter, the ends of its range and the names that it allows, each once."""
    names = parameter.allowed or ()
    if parameter.kind == "switch":
        return True, False
    if parameter.kind == "texts":
        return names, (), *((name,) for name in names)
    return tuple(dict.fromkeys((parameter.value, *(parameter.range or ()), *names)))


def scenario_values(most_years: int = 3) -> st.SearchStrategy[Values]:
    """Values for some parameters, which go together: a few changed keys, many, or all of them."""
    sizes = {key: st.integers(*ends) for key, ends in BOUNDS.items()}
    sizes["run.years"] = st.integers(1, most_years)
    some = st.one_of(_changed(0, 6), _changed(10, 40), _every())
    return st.builds(_combined, some, st.fixed_dictionaries(sizes), _shares())


def ages() -> st.SearchStrategy[str]:
    """CSV files for `population.ages`."""
    numbers = st.integers(FIRST_ADULT_AGE, LAST_AGE)
    people = st.dictionaries(numbers, st.sampled_from([1e-9, 0.1, 1.0]), min_size=1, max_size=8)
    return people.map(_ages_text)


def balances() -> st.SearchStrategy[str]:
    """CSV files for `population.initial_balances`."""
    medians = st.sampled_from([0.01, 1.0, 5e4, 1e11])
    above = st.sampled_from([1.000001, 1.5, 9.9])
    return st.lists(st.tuples(medians, above), min_size=len(AGE_BANDS), max_size=len(AGE_BANDS)).map(
        lambda bands: "\n".join(
            ["age_band,mean_balance_usd,median_balance_usd"]
            + [
                f"{band},{median * ratio!r},{median!r}"
                for band, (median, ratio) in zip(AGE_BANDS, bands, strict=True)
            ]
        )
    )


def returns() -> st.SearchStrategy[str]:
    """Rows of CSV files for `market.returns`, without their months: near ruin, calm, and booms."""
    numbers = st.sampled_from([-0.999999, -0.5, -0.01, 0.0, 0.005, 0.02, 0.1])
    row = st.lists(numbers, min_size=len(CLASSES), max_size=len(CLASSES))
    inflation_and_rate = st.sampled_from([[0.002, 0.04], [-0.01, 0.0], [0.1, 0.5]])
    rows = st.lists(st.builds(list.__add__, row, inflation_and_rate), min_size=1, max_size=12)
    return rows.map(lambda drawn: "\n".join(",".join(map(repr, one)) for one in drawn))


def files() -> st.SearchStrategy[dict[str, str]]:
    """Content of CSV files by the key that names them; `written` puts the months to rows of returns."""
    return st.fixed_dictionaries(
        {},
        optional={
            "population.ages": ages(),
            "population.initial_balances": balances(),
            "market.returns": returns(),
        },
    )


def written(values: Mapping[str, Value], tables: Mapping[str, str], folder: Path) -> dict[str, object]:
    """The values with files in place of what they name, written into a folder."""
    changed: dict[str, object] = dict(values)
    for key, text in tables.items():
        path = folder / f"{key.rpartition('.')[2]}.csv"
        path.write_text(_dated(values, text) if key == "market.returns" else text, encoding="utf-8")
        changed[key] = str(path)
    return changed


def without_contradictions(values: Mapping[str, Value]) -> Values:
    """The values, of those that contradict each other as many back at their defaults as it takes."""
    defaults = _defaults()
    kept = dict(values)
    while found := list(contradictions({**defaults, **kept})):
        for one in found:
            for key in [key for key in one.keys if key in kept][:1]:
                del kept[key]
    return kept


@cache
def _defaults() -> Values:
    return {key: one.value for key, one in parameters().items()}


def _keys() -> list[str]:
    """Parameters that are drawn one by one."""
    return [key for key in parameters() if key not in BOUNDS and not key.startswith(WHOLES)]


def _changed(least: int, most: int) -> st.SearchStrategy[Values]:
    """Other values for some keys."""
    known = parameters()
    pairs = st.sampled_from(_keys()).flatmap(lambda key: st.tuples(st.just(key), value_of(known[key])))
    return st.lists(pairs, min_size=least, max_size=most).map(dict)


def _every() -> st.SearchStrategy[Values]:
    """A value for every key: its default, an end of its range or a name."""
    return st.fixed_dictionaries({key: st.sampled_from(corners(parameters()[key])) for key in _keys()})


def _number(parameter: Parameter) -> st.SearchStrategy[Value]:
    assert parameter.range is not None, f"{parameter.key} has no range"
    low, high = (float(end) for end in parameter.range)
    ends = st.sampled_from(corners(parameter))
    if parameter.kind == "whole":
        return ends | st.integers(int(low), int(high))
    return ends | st.floats(low, high, allow_subnormal=False)


def _month(parameter: Parameter) -> st.SearchStrategy[Value]:
    """Months at the ends, months near the default start of a run, and the names."""
    assert parameter.range is not None, f"{parameter.key} has no range"
    low, high = (parse_month(str(end)) for end in parameter.range)
    first, last = (min(max(parse_month(f"{year}-01"), low), high) for year in _YEARS_AROUND)
    return st.sampled_from(corners(parameter)) | st.integers(first, last).map(format_month)


def _shares() -> st.SearchStrategy[Values]:
    """Some groups of shares, each made to sum to 1, often all in one of them."""
    weights = st.sampled_from([0.0, 1.0]) | st.floats(0.0, 1.0, allow_subnormal=False)
    groups = {prefix: [key for key in parameters() if key.startswith(f"{prefix}.")] for prefix in WHOLES}
    return st.fixed_dictionaries(
        {}, optional={prefix: st.tuples(*(weights for _ in keys)) for prefix, keys in groups.items()}
    ).map(lambda drawn: _summing_to_one({prefix: (groups[prefix], drawn[prefix]) for prefix in drawn}))


def _summing_to_one(drawn: Mapping[str, tuple[list[str], tuple[float, ...]]]) -> Values:
    found: Values = {}
    for keys, weights in drawn.values():
        total = sum(weights)
        if total > 1e-6:
            found |= {key: weight / total for key, weight in zip(keys, weights, strict=True)}
    return found


def _combined(some: Values, sizes: Mapping[str, int], shares: Values) -> Values:
    return without_contradictions({**some, **sizes, **shares})


def _dated(values: Mapping[str, Value], text: str) -> str:
    """Rows of returns from the first month of a run on, and calm months from there to its last."""
    sizes = {**_defaults(), **values}
    first, years = parse_month(str(sizes["run.start"])), int(str(sizes["run.years"]))
    header = ",".join(["month", *CLASSES, "inflation", "short_rate"])
    rows = [*text.splitlines(), *[",".join(["0.004"] * len(CLASSES) + ["0.002", "0.04"])] * (12 * years)]
    months = [f"{format_month(first + month)},{row}" for month, row in enumerate(rows[: 12 * years])]
    return "\n".join([header, *months])


def _ages_text(people: Mapping[int, float]) -> str:
    total = sum(people.values())
    return "\n".join(["age,share", *(f"{age},{share / total:.12f}" for age, share in people.items())])
