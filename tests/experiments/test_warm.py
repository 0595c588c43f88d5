from experiments.warm import main


def test_the_loops_compile() -> None:
    main()
