"""Dust: what rounding leaves of a great sale is not what the last units are worth."""

import numpy as np
import pytest

from environment.assets import BUYOUT, CASH, GOLD
from environment.funds.book import PRIVATES, FundBook, open_fund_book
from environment.funds.dust import clear_dust
from tests.environment.funds.small_books import INDEX, SIZE, SLEEVE


def cleared(book: FundBook, before: float, fund: int) -> None:
    """Clear the dust of a fund that had so many units, a dollar each."""
    units, gross = np.zeros(SIZE), np.zeros(SIZE)
    units[fund] = gross[fund] = before
    prices = np.ones(SIZE)
    clear_dust(book.assets, book.held, (units, book.units), (prices, prices), gross)


@pytest.mark.parametrize("noise", [-1e-3, 0.0, 1e-3])
def test_the_last_units_are_worth_their_price(noise: float) -> None:
    book = open_fund_book(SIZE, np.zeros(SIZE))
    book.units[INDEX], book.assets[INDEX, GOLD] = 1e-200, noise
    cleared(book, 1e10, INDEX)
    assert book.assets[INDEX, [GOLD, CASH]].tolist() == [0.0, 1e-200]


def test_a_fund_whose_reported_price_is_stale_keeps_what_it_has() -> None:
    book, prices = open_fund_book(SIZE, np.zeros(SIZE)), np.ones(SIZE)
    book.units[0], book.assets[0, BUYOUT] = 1e10, 1e-8
    units, true, gross = book.units.copy(), prices * 1e-18, book.assets.sum(axis=1)
    clear_dust(book.assets, book.held, (units, book.units), (true, prices), gross)
    assert book.assets[0, BUYOUT] == 1e-8


def test_a_debt_that_is_rounding_is_none() -> None:
    book = open_fund_book(SIZE, np.zeros(SIZE))
    book.units[SLEEVE] = book.held[SLEEVE, PRIVATES][0] = 1e10
    for debt, left in [(-1e-6, 0.0), (-1e3, -1e3)]:
        book.assets[SLEEVE, CASH] = debt
        cleared(book, 1e10, SLEEVE)
        assert book.assets[SLEEVE, CASH] == left
