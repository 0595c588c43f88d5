"""The rule of a constant real withdrawal."""

import numpy as np

from agents.spending import real_withdrawal


def test_four_per_cent_of_300_000_dollars_is_1_000_a_month() -> None:
    np.testing.assert_allclose(real_withdrawal(np.array([300_000.0, 0.0]), 0.04), [1000.0, 0.0], rtol=1e-15)


def test_twelve_months_are_the_yearly_share() -> None:
    balances = np.geomspace(1.0, 1e7, 20)
    np.testing.assert_allclose(12.0 * real_withdrawal(balances, 0.07), 0.07 * balances, rtol=1e-15)
    assert not real_withdrawal(balances, 0.0).any()
