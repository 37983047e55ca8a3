"""The account: holdings move, orders fill at the price between, costs are paid."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from umbrella.base.errors import ConfigError
from umbrella.trade.account import MOST, Terms, settle

FREE = Terms(cost=0)
ratios = st.floats(0.5, 2.0)
shares = st.floats(-MOST, MOST)


def settled(*account, **named):
    """`settle` under terms."""
    *account, terms = account
    return settle(*account, terms.charges, **named)


def test_an_order_holds_exactly_what_was_asked_once_its_cost_is_paid():
    bar = settled(1.0, 0.0, 1.0, True, 1.0, 1.0, Terms(cost=100))
    assert bar.held == pytest.approx(1 / 1.01)
    assert bar.equity == pytest.approx(1 / 1.01)
    assert bar.paid == pytest.approx(0.01 / 1.01)


def test_a_turn_from_long_to_short_is_paid_twice():
    once = settled(1.0, 0.0, -1.0, True, 1.0, 1.0, Terms(cost=10)).paid
    turn = settled(1.0, 1.0, -1.0, True, 1.0, 1.0, Terms(cost=10)).paid
    assert turn == pytest.approx(2 * once, rel=2e-3)


def test_the_old_holding_earns_until_the_fill_and_the_new_one_after_it():
    assert settled(1.0, 1.0, 0.0, True, 1.1, 5.0, FREE).equity == pytest.approx(1.1)
    assert settled(1.0, 0.0, 1.0, True, 5.0, 1.1, FREE).equity == pytest.approx(1.1)


def test_without_an_order_a_short_keeps_its_shares():
    bar = settled(1.0, -1.0, -1.0, False, 1.2, 1.0, FREE)
    assert bar.held == pytest.approx(-1.2)
    assert bar.equity == pytest.approx(0.8)
    assert bar.traded == 0


def test_only_shorts_pay_rent():
    terms = Terms(cost=0, borrow=10)
    assert settled(1.0, 1.0, 1.0, False, 1.0, 1.0, terms).paid == 0
    assert settled(1.0, -1.0, -1.0, False, 1.0, 1.0, terms).equity == pytest.approx(0.999)


def test_slippage_costs_what_commission_does():
    a = settled(1.0, 0.0, 1.0, True, 1.0, 1.0, Terms(cost=10))
    assert a == settled(1.0, 0.0, 1.0, True, 1.0, 1.0, Terms(cost=4, slippage=6))


@given(held=shares, wanted=shares, gap=ratios, move=ratios, cost=st.floats(0, 100))
def test_every_order_ends_at_its_share_and_every_cost_is_accounted_for(
    held, wanted, gap, move, cost
):
    terms = Terms(cost=cost)
    filled = settled(1.0, held, wanted, True, gap, 1.0, terms)
    free = settled(1.0, held, wanted, True, gap, 1.0, FREE)
    assert filled.held == pytest.approx(wanted * filled.equity, abs=1e-9)
    assert free.equity - filled.equity == pytest.approx(filled.paid, abs=1e-9)
    assert filled.paid == pytest.approx(terms.charges.rate * filled.traded, abs=1e-12)
    after = settled(1.0, held, wanted, True, gap, move, terms)
    assert after.equity == pytest.approx(filled.equity + filled.held * (move - 1), abs=1e-9)


def test_numbers_and_arrays_are_settled_alike():
    draw = np.random.default_rng(0)
    parts = [draw.uniform(0.5, 2, 50) for _ in range(5)]
    orders = draw.random(50) < 0.5
    many = settled(*parts[:3], orders, *parts[3:], Terms(borrow=3))
    for at in range(50):
        one = settled(*(p.item(at) for p in parts[:3]), bool(orders[at]),
                     *(p.item(at) for p in parts[3:]), Terms(borrow=3))  # fmt: skip
        assert one == tuple(part[at] for part in many)


@pytest.mark.parametrize("wrong", [{"cost": -1}, {"slippage": 1e4}, {"ruin": 0}, {"ruin": 1}])
def test_terms_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ConfigError, match=next(iter(wrong))):
        Terms(**wrong)
