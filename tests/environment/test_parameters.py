from pathlib import Path

import pytest

from environment import parameters as module
from environment.balances import published_balances
from environment.demography import life_table
from environment.market.history import bundled_months
from environment.parameters import Parameter, data_tables, number_files, parameters

WHOLE = """
[herd.size]
value = 12
unit = "sheep"
range = [1, 100]
standing = "measured"
description = "Number of sheep."
source = "Counted twice"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of numbers in place of the model's own, with the caches emptied before and after."""
    monkeypatch.setattr(module, "NUMBERS", tmp_path)
    monkeypatch.setattr(module, "number_contents", module.number_contents.__wrapped__)
    monkeypatch.setattr(module, "parameters", module.parameters.__wrapped__)
    monkeypatch.setattr(module, "data_tables", module.data_tables.__wrapped__)
    return tmp_path


def test_a_table_with_a_value_is_a_parameter_under_its_dotted_path(folder: Path) -> None:
    (folder / "herd.toml").write_text(WHOLE, encoding="utf-8")
    assert module.parameters() == {
        "herd.size": Parameter(
            key="herd.size",
            value=12,
            kind="whole",
            unit="sheep",
            range=(1, 100),
            allowed=None,
            follows=None,
            standing="measured",
            description="Number of sheep.",
            source="Counted twice",
        )
    }


@pytest.mark.parametrize(
    ("value", "kind"),
    [("true", "switch"), ("3", "whole"), ("3.0", "number"), ('"a"', "text"), ('["a"]', "texts")],
)
def test_the_kind_follows_from_the_value(folder: Path, value: str, kind: str) -> None:
    (folder / "herd.toml").write_text(WHOLE.replace("value = 12", f"value = {value}"), encoding="utf-8")
    assert module.parameters()["herd.size"].kind == kind


def test_a_table_with_a_file_tells_where_a_csv_comes_from(folder: Path) -> None:
    text = WHOLE.replace("value = 12", 'file = "herd.csv"').replace("range = [1, 100]\n", "")
    (folder / "herd.toml").write_text(text, encoding="utf-8")
    assert module.parameters() == {}
    assert [(table.key, table.file) for table in module.data_tables()] == [("herd.size", "herd.csv")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (WHOLE.replace('unit = "sheep"', ""), "missing fields: unit"),
        (WHOLE + 'note = "x"', "unknown or missing fields: note"),
        ("[herd]\nsize = 12", "herd.size stands outside a table"),
    ],
)
def test_a_malformed_table_of_the_model_itself_is_refused(folder: Path, text: str, message: str) -> None:
    (folder / "herd.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        module.parameters()


def test_a_number_defined_in_two_files_is_refused(folder: Path) -> None:
    (folder / "herd.toml").write_text(WHOLE, encoding="utf-8")
    (folder / "wool.toml").write_text(WHOLE, encoding="utf-8")
    with pytest.raises(ValueError, match=r"herd\.size is defined twice"):
        module.parameters()


def test_the_registry_is_read_once_and_in_a_fixed_order() -> None:
    assert parameters() is parameters()
    assert list(number_files()) == sorted(number_files())
    assert data_tables()


def test_numbers_are_those_that_were_there_when_the_first_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that needs a table late computes with the state that its hash names."""
    module.number_contents()
    monkeypatch.setattr(module, "NUMBERS", tmp_path)
    months = bundled_months.__wrapped__()[1]
    assert (months == bundled_months()[1]).all()
    assert (published_balances.__wrapped__() == published_balances()).all()
    assert (life_table.__wrapped__() == life_table()).all()
