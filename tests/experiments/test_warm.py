from environment.withdrawing import cash_wanted, sold_from_slots, split_proceeds
from experiments.warm import main


def test_the_loops_compile() -> None:
    main()
    for loop in (cash_wanted, sold_from_slots, split_proceeds):
        assert loop.signatures
