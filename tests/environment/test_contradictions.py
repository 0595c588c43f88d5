import pytest

from environment.calendar import parse_month
from environment.contradictions import contradictions, followed
from environment.parameters import Value, parameters
from environment.tabular import InputTable

DEFAULTS: dict[str, Value] = {key: one.value for key, one in parameters().items()}
EDUCATION = (
    "population.education.no_high_school",
    "population.education.high_school",
    "population.education.college",
)


def keys_of(changes: dict[str, Value]) -> list[str]:
    """First key of every contradiction that the changes make."""
    return [one.keys[0] for one in contradictions(DEFAULTS | changes)]


def test_the_defaults_do_not_contradict_each_other() -> None:
    assert keys_of({}) == []


def test_shares_of_a_whole_sum_to_one() -> None:
    assert keys_of({"population.education.college": 0.41}) == [EDUCATION[0]]
    assert keys_of({"population.education.college": 0.45, "population.education.high_school": 0.49}) == []
    assert keys_of(dict(zip(EDUCATION, (1 / 3, 1 / 3, 1 / 3), strict=True))) == []
    assert keys_of({"employers.match_mix.none": 0.0}) == ["employers.match_mix.none"]
    assert keys_of({"funds.target_date.private_mix.venture": 1.0}) == ["funds.target_date.private_mix.buyout"]


def test_a_share_refused_already_is_not_reported_again() -> None:
    values = {key: value for key, value in DEFAULTS.items() if key != EDUCATION[2]}
    assert list(contradictions(values)) == []


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"policy.end": "2025-07"}, ["policy.end"]),
        ({"policy.end": "2025-08"}, []),
        ({"policy.start": "never", "policy.end": "1999-01"}, []),
        ({"policy.start": "2070-01"}, []),
        ({"policy.cap_end": "2025-07"}, ["policy.cap_end"]),
        ({"policy.cap_start": "2024-01", "policy.cap_end": "2025-07"}, []),
        ({"policy.end": "2030-01", "policy.cap_start": "2031-01"}, ["policy.cap_end"]),
        ({"policy.end": "2030-01", "policy.cap_start": "2031-01", "policy.cap_end": "never"}, []),
        ({"policy.end": "2020-01", "policy.fee_cap_end": "2020-02"}, ["policy.end", "policy.fee_cap_end"]),
    ],
)
def test_no_lever_ends_before_it_starts(changes: dict[str, Value], wrong: list[str]) -> None:
    assert keys_of(changes) == wrong


def test_an_empty_month_is_that_of_the_key_it_follows() -> None:
    assert followed(DEFAULTS, "policy.cap_start") == "2025-08"
    assert followed(DEFAULTS | {"policy.cap_start": "2040-01"}, "policy.cap_start") == "2040-01"


@pytest.mark.parametrize(
    ("catch_up", "wrong"), [(0.0, False), (0.1, True), (0.125, True), (0.13, False), (1.0, False)]
)
def test_a_catch_up_exceeds_the_incentive_fee_or_is_left_out(catch_up: float, wrong: bool) -> None:
    assert keys_of({"funds.evergreen.catch_up": catch_up}) == ["funds.evergreen.catch_up"] * wrong


def test_the_second_bend_point_is_not_below_the_first() -> None:
    first, second = (f"social_security.{which}_bend_usd.2026" for which in ("first", "second"))
    assert keys_of({first: 2000.0, second: 2000.0}) == []
    assert keys_of({first: 2000.0, second: 1999.0}) == [second]


def test_protected_bonds_and_cash_are_parts_of_a_whole() -> None:
    prefix = "funds.target_date.glide"
    tips, cash = f"{prefix}.tips_share_of_bonds_at_end", f"{prefix}.cash_share_of_bonds_at_end"
    assert keys_of({tips: 0.6, cash: 0.4}) == []
    assert keys_of({tips: 0.6, cash: 0.5}) == [tips]


def test_shares_of_retirement_ages_leave_something_or_nothing_to_the_fixed_age() -> None:
    prefix = "savers.retirement.share"
    none: dict[str, Value] = {f"{prefix}.{age}": 0.0 for age in range(60, 71)}
    assert keys_of(none) == []
    assert keys_of(none | {f"{prefix}.62": 0.4, f"{prefix}.65": 0.6}) == []
    assert keys_of(none | {f"{prefix}.62": 0.5, f"{prefix}.65": 0.6}) == [f"{prefix}.60"]
    missing = {key: value for key, value in DEFAULTS.items() if key != f"{prefix}.60"} | {f"{prefix}.61": 1.0}
    assert list(contradictions(missing)) == []


@pytest.mark.parametrize(("earliest", "latest", "wrong"), [(60, 60, False), (61, 60, True), (71, 72, False)])
def test_nobody_has_to_have_stopped_before_the_earliest_age(earliest: int, latest: int, wrong: bool) -> None:
    first, last = "savers.retirement.earliest", "savers.retirement.latest"
    assert keys_of({first: earliest, last: latest}) == [first] * wrong


def test_bounds_of_balances_rise() -> None:
    prefix = "careers.cash_out.below_usd"
    assert keys_of({f"{prefix}.tiny": 4_999.0}) == []
    assert keys_of({f"{prefix}.tiny": 5_000.0}) == [f"{prefix}.tiny"]
    assert keys_of({f"{prefix}.small": 500.0}) == [f"{prefix}.tiny"]
    assert keys_of({f"{prefix}.large": 50_000.0, f"{prefix}.middle": 10_000.0}) == [f"{prefix}.modest"]
    assert keys_of({f"{prefix}.large": 6e3, f"{prefix}.tiny": 6e3}) == [f"{prefix}.tiny", f"{prefix}.middle"]


def test_a_replay_begins_with_a_month_that_is_used() -> None:
    start, first = "market.history_start", "market.history.from"
    assert keys_of({start: "1960-01"}) == []
    assert keys_of({start: "1960-01", first: "1960-01"}) == []
    assert keys_of({start: "1959-12", first: "1960-01"}) == [start]
    assert keys_of({first: "1960-01"}) == []


def test_returns_from_a_table_cover_the_run() -> None:
    def months(begin: str, end: str) -> dict[str, InputTable]:
        rows = tuple((float(month), 0.0) for month in (parse_month(begin), parse_month(end)))
        return {"market.returns": InputTable("inputs/a.csv", "a.csv", "0f", b"", ("month", "gold"), rows)}

    def wrong(tables: dict[str, InputTable], **run: Value) -> list[str]:
        values = DEFAULTS | {f"run.{name}": value for name, value in run.items()}
        return [one.keys[0] for one in contradictions(values, tables)]

    assert wrong(months("2025-01", "2026-12"), years=2) == []
    assert wrong(months("2025-01", "2026-11"), years=2) == ["market.returns"]
    assert wrong(months("2025-02", "2030-12"), years=2) == ["market.returns"]
    assert wrong(months("2030-01", "2030-12"), years=0) == []
    assert wrong({}, years=2) == []
    unsure = {key: value for key, value in DEFAULTS.items() if key != "run.start"}
    assert list(contradictions(unsure, months("2030-01", "2030-12"))) == []


def test_outside_investors_hold_a_part_of_the_class() -> None:
    outside, size = "funds.outside_usd.venture", "market.size_usd.venture"
    assert keys_of({size: 9e9}) == []
    assert keys_of({size: 8e9}) == [outside]
    assert keys_of({size: 8e9, outside: 0.0}) == []


def test_what_is_expected_moves_no_price_by_more_than_a_tenth_when_it_does_not_come() -> None:
    flow, multiplier = "market.expected_flow.gold", "market.impact.gold"
    assert keys_of({flow: 0.1}) == []
    assert keys_of({flow: 0.02, multiplier: 5.0}) == []
    assert keys_of({flow: -0.02, multiplier: 5.1}) == [flow]
