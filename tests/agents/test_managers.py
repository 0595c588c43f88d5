"""Managers count the fees of the year."""

from mesa import Model

from agents.managers import Manager


def test_fees_add_up_over_the_year_and_start_again() -> None:
    manager = Manager(Model(rng=1), "buyout_house", "buyout")
    manager.collect(3.0, 0.0)
    manager.collect(4.0, 10.0)
    assert (manager.management_fees, manager.performance_fees) == (7.0, 10.0)
    assert manager.close_year() == (7.0, 10.0)
    assert manager.close_year() == (0.0, 0.0)
    manager.collect(1.0, 2.0)
    assert manager.close_year() == (1.0, 2.0)
    assert (manager.name, manager.strategy) == ("buyout_house", "buyout")
