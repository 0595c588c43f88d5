"""The golden run gives what it gave: integers exactly, floats to 1e-9. `make golden` renews the file."""

import json

import pytest

from tests.golden import FILE, NOTE, SCENARIOS, measured


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_results_are_as_they_were(scenario: str) -> None:
    """After a change that is meant to change results, `make golden`, and read what it changed."""
    kept, now = json.loads(FILE.read_text(encoding="utf-8"))[scenario], measured(scenario)
    assert list(now) == list(kept)
    for name, value in now.items():
        expected = kept[name] if type(value) is not float else pytest.approx(kept[name], rel=1e-9, abs=1e-12)
        assert value == expected, name
        assert type(value) is type(kept[name]), name


def test_the_file_says_what_it_is() -> None:
    assert json.loads(FILE.read_text(encoding="utf-8"))["note"] == NOTE
