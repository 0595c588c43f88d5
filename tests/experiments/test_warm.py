from environment.withdrawing import paid_in_order, sold_from_slots
from experiments.warm import main


def test_the_loops_compile() -> None:
    main()
    for loop in (sold_from_slots, paid_in_order):
        assert loop.signatures
