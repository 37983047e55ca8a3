"""A fit whose pictures neither memory nor disk can hold ends as one with room to spare."""

from dataclasses import replace

import numpy as np
from mediafiles import picture

import umbrella
from umbrella.base.limits import LIMITS
from umbrella.base.tensors import load_tensors
from umbrella.data import arrays


def test_pictures_decoded_again_for_every_batch_train_the_same_network(tmp_path, monkeypatch):
    for number in range(80):
        picture(tmp_path / "set" / "ab"[number % 2] / f"{number}.png", number)
    settings = {"rungs": ("cnn",), "epochs": 2, "threads": 1}
    roomy = umbrella.fit(tmp_path / "set", out=tmp_path / "roomy", **settings)
    tight = replace(LIMITS, memory_bytes=10_000, disk_bytes=30_000)
    monkeypatch.setattr(arrays, "LIMITS", tight)
    narrow = umbrella.fit(tmp_path / "set", out=tmp_path / "narrow", **settings)
    first, second = (load_tensors(run.path / "weights.safetensors") for run in (roomy, narrow))
    for name, weight in first.items():
        np.testing.assert_array_equal(weight, second[name])
