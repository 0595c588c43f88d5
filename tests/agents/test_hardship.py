"""Hardship withdrawals."""

import numpy as np
import pytest

from agents.hardship import asks_hardship, hardship_amount


def test_the_hazard_is_the_share_who_ask_and_zero_is_nobody() -> None:
    draws = (np.arange(1000) + 0.5) / 1000
    assert asks_hardship(draws, 0.048).mean() == pytest.approx(0.048)
    assert not asks_hardship(draws, 0.0).any()
    assert asks_hardship(draws, 1.0).all()


def test_five_per_cent_of_60_000_dollars_is_3_000_if_the_account_has_it() -> None:
    amounts = hardship_amount(np.full(3, 60_000.0), np.array([50_000.0, 3_000.0, 1_200.0]), 0.05)
    np.testing.assert_allclose(amounts, [3_000.0, 3_000.0, 1_200.0], rtol=1e-15)


def test_without_a_need_nothing_is_taken() -> None:
    assert not hardship_amount(np.geomspace(1.0, 1e6, 9), np.full(9, 1e5), 0.0).any()
