"""How savers look at a menu and pick: limits of every rule, and the logit formula behind the picks."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from agents.choosing import (
    Attitude,
    Bools,
    Floats,
    Ints,
    Traits,
    advert_weight,
    bonus_of_copies,
    choose,
    gumbel,
    looks,
    number_of_funds,
    perceived_return,
    pick_evenly,
    random_utility,
)
from environment.luck import Luck

DRAWS = 200_000
ERRORS = 4.5  # standard errors
LUCK = Luck(1, 0)
EVEN = (np.arange(DRAWS) + 0.5) / DRAWS  # a draw for every quantile


@dataclass(frozen=True)
class MenuLabel:
    """What is written about four options: two listed, two alternatives."""

    is_alternative: Bools
    is_duplicated: Bools
    advertised: Floats
    net_return: Floats
    volatility: Floats


LABEL = MenuLabel(
    is_alternative=np.array([False, False, True, True]),
    is_duplicated=np.array([False, True, False, False]),
    advertised=np.array([0.06, 0.05, 0.135, 0.2]),
    net_return=np.array([0.06, 0.05, 0.07, 0.08]),
    volatility=np.array([0.12, 0.06, 0.1, 0.5]),
)
ATTITUDE = Attitude(
    advert_weight=0.6,
    disclosure=0.0,
    risk_aversion=1.5,
    unfamiliarity=0.09,
    noise=0.03,
    most_funds=1,
    funds_used_ratio=2.0,
)


def traits(literacy: float, savers: int = DRAWS, bias: float = 0.0, caution: float = 1.0) -> Traits:
    """Savers who are all alike."""
    return Traits(np.full(savers, literacy), np.full(savers, bias), np.full(savers, caution))


def picks(attitude: Attitude, people: Traits, label: MenuLabel = LABEL) -> Ints:
    """First picks when everything is offered; always the same draws."""
    savers = people.literacy.size
    draws = LUCK.uniforms("choice", 1, np.arange(savers), label.net_return.size + 1)
    offered = np.ones((savers, label.net_return.size), dtype=np.bool_)
    return choose(attitude, people, offered, label, draws)[0][:, 0]


def shares(chosen: Ints, options: int = 4) -> Floats:
    """How often each option was picked."""
    return np.bincount(chosen, minlength=options) / chosen.size


def logit(value: Floats, scale: float) -> Floats:
    """Shares of McFadden's formula."""
    weights = np.exp((value - value.max()) / scale)
    return np.asarray(weights / weights.sum())


def close(found: Floats, expected: Floats, size: int) -> bool:
    """Whether shares agree within the Monte-Carlo error."""
    error = np.sqrt(expected * (1.0 - expected) / size)
    return bool(np.all(np.abs(found - expected) <= ERRORS * error + 1e-12))


def test_all_but_the_share_of_inertia_look() -> None:
    assert not looks(EVEN, 1.0).any()
    assert looks(EVEN, 0.0).all()
    assert looks(EVEN, 0.95).mean() == pytest.approx(0.05, abs=1e-5)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_the_weight_of_the_advert_falls_in_a_straight_line(
    literacy: float, weight: float, disclosure: float
) -> None:
    one = np.array([literacy])
    assert advert_weight(one, weight, disclosure)[0] == weight * (1 - literacy) * (1 - disclosure)
    assert advert_weight(np.ones(1), weight, disclosure)[0] == 0.0
    assert advert_weight(one, 0.0, disclosure)[0] == 0.0
    assert advert_weight(one, weight, 1.0)[0] == 0.0


def test_without_weight_the_truth_is_seen_and_with_all_of_it_the_advert() -> None:
    seen = perceived_return(LABEL.advertised, LABEL.net_return, np.array([0.0, 1.0, 0.25]), np.zeros((3, 4)))
    np.testing.assert_array_equal(seen[0], LABEL.net_return)
    np.testing.assert_array_equal(seen[1], LABEL.advertised)
    np.testing.assert_allclose(seen[2], [0.06, 0.05, 0.08625, 0.11], rtol=1e-14)


def test_a_personal_error_is_added_on_top() -> None:
    error = np.array([[0.0, 0.0, 0.01, -0.02]])
    seen = perceived_return(LABEL.advertised, LABEL.net_return, np.zeros(1), error)
    np.testing.assert_allclose(seen[0], [0.06, 0.05, 0.08, 0.06], rtol=1e-14)


def test_half_the_variance_times_risk_aversion_counts_against_a_fund() -> None:
    score = random_utility(
        np.array([[0.08, 0.08], [0.08, 0.08]]), np.array([0.0, 0.2]), np.array([0.0, 3.0]), np.zeros((2, 2))
    )
    np.testing.assert_allclose(score, [[0.08, 0.08], [0.08, 0.02]], rtol=1e-14)


def test_gumbel_draws_have_the_gumbel_distribution() -> None:
    shocks = gumbel(EVEN, 0.03)
    np.testing.assert_allclose(np.exp(-np.exp(-shocks / 0.03)), EVEN, rtol=1e-12)
    assert shocks.mean() == pytest.approx(0.03 * np.euler_gamma, rel=1e-3)
    assert shocks.std() == pytest.approx(0.03 * np.pi / np.sqrt(6), rel=1e-3)
    assert not gumbel(EVEN, 0.0).any()


@pytest.mark.parametrize(("literacy", "noise"), [(0.0, 0.03), (0.5, 0.03), (1.0, 0.03), (0.5, 0.3)])
def test_shares_of_picks_are_those_of_the_logit_formula(literacy: float, noise: float) -> None:
    weight = 0.6 * (1.0 - literacy)
    perceived = weight * LABEL.advertised + (1.0 - weight) * LABEL.net_return - 0.09 * LABEL.is_alternative
    value = perceived - 0.5 * 1.5 * LABEL.volatility**2
    chosen = picks(replace(ATTITUDE, noise=noise), traits(literacy))
    assert close(shares(chosen), logit(value, noise), DRAWS)


def test_an_option_that_is_not_offered_gives_its_share_to_the_others_in_proportion() -> None:
    """Independence of irrelevant alternatives, the property that marks a logit."""
    draws = LUCK.uniforms("choice", 1, np.arange(DRAWS), 5)
    offered = np.tile([True, True, False, True], (DRAWS, 1))
    flat = replace(ATTITUDE, unfamiliarity=0.0)
    chosen = choose(flat, traits(1.0), offered, LABEL, draws)[0][:, 0]
    value = LABEL.net_return - 0.75 * LABEL.volatility**2
    expected = logit(value, 0.03) * [1, 1, 0, 1]
    assert close(shares(chosen), expected / expected.sum(), DRAWS)


def test_full_disclosure_full_literacy_and_no_advert_weight_choose_alike() -> None:
    without_advert = picks(replace(ATTITUDE, advert_weight=0.0), traits(0.2))
    assert (picks(ATTITUDE, traits(0.2)) != without_advert).any()
    np.testing.assert_array_equal(picks(replace(ATTITUDE, disclosure=1.0), traits(0.2)), without_advert)
    np.testing.assert_array_equal(picks(ATTITUDE, traits(1.0)), without_advert)


def test_the_literate_do_not_hear_a_louder_advert() -> None:
    louder = replace(LABEL, advertised=LABEL.advertised + 1.0 * LABEL.is_alternative)
    np.testing.assert_array_equal(picks(ATTITUDE, traits(1.0), louder), picks(ATTITUDE, traits(1.0)))
    assert picks(ATTITUDE, traits(0.0), louder).min() >= 2


def test_unfamiliarity_keeps_savers_from_alternatives_as_a_lower_return_would() -> None:
    assert picks(replace(ATTITUDE, unfamiliarity=10.0), traits(0.0)).max() < 2
    shifted = picks(replace(ATTITUDE, unfamiliarity=0.0), traits(0.3, bias=-0.09))
    np.testing.assert_array_equal(picks(ATTITUDE, traits(0.3)), shifted)


def test_the_cautious_shun_what_swings() -> None:
    brave, careful = (
        shares(picks(replace(ATTITUDE, unfamiliarity=0.0), traits(0.5, caution=caution)))
        for caution in (0.0, 100.0)
    )
    assert brave.argmax() == 3
    assert careful.argmax() == 1


def test_without_noise_everybody_picks_the_best() -> None:
    assert set(picks(replace(ATTITUDE, noise=0.0), traits(1.0)).tolist()) == {0}


def test_numbers_of_funds_are_weighted_by_powers_of_the_ratio() -> None:
    for ratio, weights in ((2.0, [1, 2, 4, 8]), (0.5, [8, 4, 2, 1]), (1.0, [1, 1, 1, 1])):
        number = number_of_funds(EVEN, 4, ratio)
        frequency = np.bincount(number, minlength=5)[1:] / DRAWS
        np.testing.assert_allclose(frequency, np.array(weights) / sum(weights), atol=2 / DRAWS)
    assert number_of_funds(EVEN, 4, 0.0).max() == 1
    assert number_of_funds(EVEN, 1, 2.0).max() == 1


def test_savers_use_about_two_options() -> None:
    """2 used on average (How America Saves 2025) when 59% hold a single target-date fund."""
    choosers = number_of_funds(EVEN, 4, 2.0).mean()
    assert choosers == pytest.approx(49 / 15, abs=1e-4)
    assert 0.59 + 0.41 * choosers == pytest.approx(2.0, abs=0.1)


def test_savers_who_look_pick_as_many_funds_as_the_ratio_says() -> None:
    draws = LUCK.uniforms("choice", 1, np.arange(DRAWS), 5)
    offered = np.ones((DRAWS, 4), dtype=np.bool_)
    for ratio, weights in ((2.0, np.array([1, 2, 4])), (0.0, np.array([1, 0, 0]))):
        attitude = replace(ATTITUDE, most_funds=3, funds_used_ratio=ratio)
        picked = choose(attitude, traits(0.5), offered, LABEL, draws)[0]
        found = np.bincount((picked >= 0).sum(axis=1), minlength=4)[1:] / DRAWS
        assert close(found, weights / weights.sum(), DRAWS)


def copied(attitude: Attitude, copies: float | Floats) -> Ints:
    """First picks when the second option stands for several."""
    draws = LUCK.uniforms("choice", 1, np.arange(DRAWS), 5)
    offered = np.ones((DRAWS, 4), dtype=np.bool_)
    return choose(attitude, traits(0.5), offered, LABEL, draws, copies)[0][:, 0]


@pytest.mark.parametrize("copies", [2, 5])
def test_an_option_that_stands_for_several_is_picked_as_often_as_they_are_together(copies: int) -> None:
    weight = 0.3
    perceived = weight * LABEL.advertised + (1.0 - weight) * LABEL.net_return - 0.09 * LABEL.is_alternative
    value = perceived - 0.5 * 1.5 * LABEL.volatility**2
    apart = logit(np.concatenate((value[[0, 2, 3]], np.full(copies, value[1]))), 0.03)
    together = np.array([apart[0], apart[3:].sum(), apart[1], apart[2]])
    assert close(shares(copied(ATTITUDE, float(copies))), together, DRAWS)


def test_one_copy_or_no_taste_changes_nothing_and_every_saver_has_their_own_number() -> None:
    alone = picks(ATTITUDE, traits(0.5))
    np.testing.assert_array_equal(copied(ATTITUDE, 1.0), alone)
    np.testing.assert_array_equal(copied(ATTITUDE, np.ones(DRAWS)), alone)
    silent = replace(ATTITUDE, noise=0.0)
    np.testing.assert_array_equal(copied(silent, 9.0), picks(silent, traits(0.5)))
    half = np.where(np.arange(DRAWS) < DRAWS // 2, 1.0, 9.0)
    expected = np.concatenate((alone[: DRAWS // 2], copied(ATTITUDE, 9.0)[DRAWS // 2 :]))
    np.testing.assert_array_equal(copied(ATTITUDE, half), expected)


@given(st.floats(1, 100), st.floats(1, 100), st.floats(0, 1))
def test_copies_of_copies_add_up(one: float, other: float, noise: float) -> None:
    together = bonus_of_copies(one * other, noise)
    assert together == pytest.approx(bonus_of_copies(one, noise) + bonus_of_copies(other, noise))
    assert bonus_of_copies(1.0, noise) == 0.0


scores = arrays(np.float64, (5, 7), elements=st.floats(-1, 1, allow_nan=False))
menus = arrays(np.bool_, (5, 7), elements=st.booleans())
wanted = arrays(np.int64, 5, elements=st.integers(1, 4))


@given(scores, menus, wanted)
def test_the_best_of_what_is_offered_is_held_in_equal_shares(
    score: Floats, offered: Bools, number: Ints
) -> None:
    picked, share = pick_evenly(score, offered, number, 4)
    for row in range(5):
        chosen = picked[row][picked[row] >= 0]
        count = min(number[row], offered[row].sum())
        assert len(set(chosen.tolist())) == chosen.size == count
        assert offered[row, chosen].all()
        np.testing.assert_array_equal(share[row], np.where(picked[row] >= 0, 1.0 / max(count, 1), 0.0))
        assert share[row].sum() == pytest.approx(1.0 if count else 0.0)
        passed_over = np.setdiff1d(np.flatnonzero(offered[row]), chosen)
        if count and passed_over.size:
            assert score[row, chosen].min() >= score[row, passed_over].max()


def test_a_saver_picks_no_more_funds_than_the_attitude_allows() -> None:
    draws = LUCK.uniforms("choice", 1, np.arange(1000), 5)
    offered = np.ones((1000, 4), dtype=np.bool_)
    for most in (1, 2, 3):
        picked, share = choose(replace(ATTITUDE, most_funds=most), traits(0.5, 1000), offered, LABEL, draws)
        assert picked.shape == share.shape == (1000, most)
        assert (picked >= 0).sum(axis=1).max() == most
