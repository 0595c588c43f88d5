import itertools

from environment.age_bands import AGE_BAND_STARTS, AGE_BANDS


def test_bands_are_named_after_their_ages() -> None:
    starts = [int(start) for start in AGE_BAND_STARTS]
    middle = [f"{low}-{high - 1}" for low, high in itertools.pairwise(starts)]
    assert (f"<{starts[0]}", *middle, f"{starts[-1]}+") == AGE_BANDS
