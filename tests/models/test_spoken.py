"""Networks that transcribe: padding is a certain blank, the end is heard, graphs answer alike."""

import numpy as np
import onnxruntime
import pytest
import torch
from batches import PAD, SIZES, sounds
from torch import nn

from umbrella.base.errors import ConfigError
from umbrella.models.audio.spoken import NEVER, places_of
from umbrella.models.blocks import mirror, reorder
from umbrella.models.ladders import LADDERS, OWN_LADDERS, build
from umbrella.models.onnx import to_onnx

READERS = [rung for rung in LADDERS["speech"] if rung.codec == "audio-mel"]
each_reader = pytest.mark.parametrize("rung", READERS, ids=[rung.name for rung in READERS])


def network_of(rung, outputs=5):
    torch.manual_seed(0)
    network = build(rung, SIZES["audio-mel"], outputs=outputs)
    for name, value in network.state_dict().items():  # as if it were trained
        if value.is_floating_point():
            nn.init.normal_(value, std=0.2)
        if name.endswith("running_var"):
            value.uniform_(0.5, 2.0)
    return network.eval()


@torch.no_grad()
def answers(network, batch):
    return network(**batch).numpy()


@each_reader
def test_each_place_has_chances_that_sum_to_one(rung):
    got = answers(network_of(rung), sounds([33, 9, 1]))
    assert got.shape == (3, places_of(33), 5)
    np.testing.assert_allclose(np.exp(got).sum(axis=2), 1, rtol=1e-5)


@each_reader
@pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 8, 9, 17])
def test_a_row_has_as_many_places_of_its_own_as_it_says(rung, length):
    network = network_of(rung)
    own = network.places(length)
    got = answers(network, sounds([40, length]))[1]
    assert (got[own:, 0] == 0).all()
    assert (got[own:, 1:] == NEVER).all()
    assert (got[:own] > NEVER / 2).all()
    alone = answers(network, {"mel": sounds([40, length])["mel"][1:, :length]})[0]
    assert len(alone) == own
    np.testing.assert_allclose(alone, got[:own], atol=2e-5)


@each_reader
def test_the_end_of_a_row_is_heard_from_its_start(rung):
    network, rows = network_of(rung), sounds([40, 20])
    before = answers(network, rows)
    rows["mel"][1, 19] += 3.0
    after = answers(network, rows)
    assert np.abs(after[1, 0] - before[1, 0]).max() > 1e-6
    np.testing.assert_array_equal(after[0], before[0])


@each_reader
@pytest.mark.parametrize("lengths", [[1], [3, 40], [5, 1, 0, 8], [130]])
def test_the_graph_answers_the_same_at_any_length(rung, lengths):
    network = network_of(rung)
    session = onnxruntime.InferenceSession(to_onnx(network, sounds([6, 11], seed=5)))
    batch = sounds(lengths)
    (got,) = session.run(None, {name: x.numpy() for name, x in batch.items()})
    np.testing.assert_allclose(got, answers(network, batch), rtol=1e-4, atol=1e-4)
    assert session.get_outputs()[0].shape == ["rows", "places", 5]


@each_reader
def test_a_size_out_of_range_is_refused(rung):
    for wrong in ({"bands": 0}, {"layers": 0}, {"layers": 99}):
        sizes = {"bands": 20} | {k: v for k, v in wrong.items() if k == "bands"}
        own = {k: v for k, v in wrong.items() if k != "bands"}
        with pytest.raises(ConfigError, match=r"is not in 1\.\."):
            build(rung, sizes, outputs=3, **own)


def test_a_width_that_heads_do_not_fill_is_refused():
    conformer = next(rung for rung in READERS if rung.name == "conformer")
    with pytest.raises(ConfigError, match=r"not a multiple of 32\. Use 64"):
        build(conformer, SIZES["audio-mel"], outputs=3, width=50)


def test_silence_and_nothing_at_all_are_answered_with_finite_numbers():
    for rung in READERS:
        got = answers(network_of(rung), {"mel": torch.full((2, 9, 20), PAD)})
        assert np.isfinite(got).all()


def test_reversing_twice_within_the_length_changes_nothing():
    real = torch.tensor([[True, True, True, False], [True, False, False, False]])
    order = mirror(real)
    assert order.tolist() == [[2, 1, 0, 3], [0, 1, 2, 3]]
    x = torch.randn(2, 4, 3)
    torch.testing.assert_close(reorder(reorder(x, order), order), x)


def test_a_task_with_a_ladder_of_its_own_names_one_that_there_is():
    assert {ladder for ladder, _ in OWN_LADDERS.values()} <= set(LADDERS)
