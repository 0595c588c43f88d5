"""Packages of an extra, which a part of the program needs and the core does without."""

from importlib.util import find_spec


class MissingExtra(ImportError):  # noqa: N818 - the name says what is wrong
    """A part of the program needs an extra that is not installed."""


def need(extra: str, *modules: str) -> None:
    """Make sure that the packages of an extra are installed, without importing them.

    Parameters
    ----------
    extra : str
        As in ``pyproject.toml``.
    *modules : str
        Top-level packages, by the names that they are imported by.

    Raises
    ------
    MissingExtra
        If one of them is not installed; says how to install the extra.
    """
    if any(find_spec(name) is None for name in modules):
        raise MissingExtra(
            f"this needs what the {extra} extra installs: .venv/bin/pip install -e '.[{extra}]'"
        )
