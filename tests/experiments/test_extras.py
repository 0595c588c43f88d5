"""What a part of the program says when its extra is not installed."""

import pytest

from experiments.extras import MissingExtra, need


def test_what_is_installed_is_enough() -> None:
    need("analysis", "numpy", "json")


def test_what_is_missing_comes_with_the_way_to_install_it() -> None:
    """In one line, though another package of the extra is there."""
    with pytest.raises(MissingExtra) as caught:
        need("cluster", "numpy", "no_such_package_at_all")
    assert str(caught.value) == (
        "this needs what the cluster extra installs: .venv/bin/pip install -e '.[cluster]'"
    )
    assert isinstance(caught.value, ImportError)
