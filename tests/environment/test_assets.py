import numpy as np
import pytest

from environment import assets


def test_the_sixteen_classes_stand_in_the_order_of_the_contract() -> None:
    assert " ".join(assets.CLASSES) == (
        "us_equity tech_equity intl_equity treasuries corporate_bonds tips cash buyout venture "
        "private_credit real_estate hedge_funds gold commodities bitcoin broad_crypto"
    )


def test_alternatives_are_the_private_classes_and_four_more() -> None:
    assert assets.PRIVATE == ("buyout", "venture", "private_credit", "real_estate", "hedge_funds")
    assert set(assets.ALTERNATIVES) - set(assets.PRIVATE) == {
        "gold",
        "commodities",
        "bitcoin",
        "broad_crypto",
    }
    assert set(assets.ALTERNATIVES) < set(assets.CLASSES)


def test_masks_mark_the_named_classes_and_cannot_be_changed() -> None:
    assert tuple(np.array(assets.CLASSES)[assets.IS_PRIVATE]) == assets.PRIVATE
    assert tuple(np.array(assets.CLASSES)[assets.IS_ALTERNATIVE]) == assets.ALTERNATIVES
    with pytest.raises(ValueError, match="read-only"):
        assets.IS_PRIVATE[0] = True


@pytest.mark.parametrize("name", assets.CLASSES)
def test_every_class_has_a_constant_with_its_position(name: str) -> None:
    assert assets.CLASSES[assets.index(name)] == name
    assert getattr(assets, name.upper()) == assets.index(name)


def test_an_unknown_class_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"'silver' is not an asset class; the classes are us_equity, .*"):
        assets.index("silver")
