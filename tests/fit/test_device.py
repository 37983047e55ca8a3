"""Tests of where and in which numbers networks train."""

import pytest
import torch
from torch import nn

from umbrella.fit import device as module
from umbrella.fit.device import Device, find_device, has_matrix_units
from umbrella.models.rungs import image, text


def product_type(device: Device, half: bool) -> torch.dtype:
    with device.autocast(half):
        return nn.Linear(4, 4)(torch.ones(2, 4)).dtype


@pytest.mark.parametrize(
    ("half", "units", "dtype"),
    [
        (True, True, torch.bfloat16),
        (True, False, torch.float32),
        (False, True, torch.float32),
        (False, False, torch.float32),
    ],
)
def test_half_products_need_a_network_that_gains_and_units_for_them(
    half: bool, units: bool, dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "has_matrix_units", lambda: units)
    assert product_type(Device("cpu"), half) == dtype


def test_units_are_those_that_torch_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    for told in (True, False):
        monkeypatch.setattr(
            torch.cpu, "get_capabilities", lambda told=told: {"amx_bf16": told}, raising=False
        )
        assert has_matrix_units() is told
    monkeypatch.delattr(torch.cpu, "get_capabilities")
    assert not has_matrix_units()


def test_a_device_that_is_not_here_is_named() -> None:
    with pytest.raises(module.ConfigError, match="'cuda:99' is not here"):
        find_device("cuda:99")


def test_networks_of_2d_convolutions_and_tuned_encoders_ask_for_half_products() -> None:
    asking = {rung.name for rung in (*image.RUNGS, *text.RUNGS) if rung.train.get("half")}
    assert asking == {"cnn", "resnet", "bert", "bert-lora"}
    assert not any(rung.train.get("half") for rung in text.RUNGS if not rung.pretrained)
