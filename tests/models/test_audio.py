"""Networks of sound: padding is not heard, the graph answers alike, and what they hear is real."""

import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn

from umbrella.base.errors import ConfigError
from umbrella.data.codecs import audio_mel
from umbrella.models.audio import frames
from umbrella.models.audio.frames import PAD, real_frames
from umbrella.models.ladders import build
from umbrella.models.onnx import to_onnx
from umbrella.models.rungs.audio import RUNGS

SIZES = {"audio-mel": {"bands": 21}, "audio-stats": {"numbers": 33}}
READERS = [rung for rung in RUNGS if rung.codec == "audio-mel"]
each_rung = pytest.mark.parametrize("rung", RUNGS, ids=[rung.name for rung in RUNGS])
each_reader = pytest.mark.parametrize("rung", READERS, ids=[rung.name for rung in READERS])


def batch(rung, lengths, seed=0):
    make = torch.Generator().manual_seed(seed)
    if rung.codec == "audio-stats":
        return {"stats": torch.randn(len(lengths), 33, generator=make)}
    mel = torch.randn(len(lengths), max(*lengths, 1), 21, generator=make)
    beyond = torch.arange(mel.shape[1]) >= torch.tensor(lengths).unsqueeze(1)
    return {"mel": mel.masked_fill(beyond.unsqueeze(2), PAD)}


def network_of(rung, outputs=3):
    torch.manual_seed(0)
    network = build(rung, SIZES[rung.codec], outputs=outputs)
    for name, value in network.state_dict().items():  # as if it were trained
        if value.is_floating_point():
            nn.init.normal_(value, std=0.3)
        if name.endswith("running_var"):
            value.uniform_(0.5, 2.0)
    return network.eval()


@torch.no_grad()
def answers(network, inputs):
    return network(**inputs).numpy()


def test_codec_and_networks_agree_on_what_fills_a_row():
    assert frames.PAD == audio_mel.PAD


@each_reader
@pytest.mark.parametrize("extra", [1, 2, 3, 50])
def test_padding_changes_no_answer(rung, extra):
    network, rows = network_of(rung), batch(rung, [1, 2, 3, 12, 17, 0])
    longer = {"mel": nn.functional.pad(rows["mel"], (0, 0, 0, extra), value=PAD)}
    np.testing.assert_allclose(
        answers(network, rows), answers(network, longer), rtol=1e-5, atol=1e-5
    )


@each_rung
def test_a_row_is_answered_alone_as_among_others(rung):
    network, lengths = network_of(rung), [1, 30, 7, 12]
    rows = batch(rung, lengths)
    whole = answers(network, rows)
    for at in range(4):
        alone = {
            n: x[at : at + 1, : lengths[at]] if n == "mel" else x[at : at + 1]
            for n, x in rows.items()
        }
        np.testing.assert_allclose(answers(network, alone)[0], whole[at], rtol=1e-5, atol=1e-5)


@each_reader
def test_the_end_of_a_row_is_heard(rung):
    network, rows = network_of(rung), batch(rung, [9, 16])
    before = answers(network, rows)
    rows["mel"][0, 8] += 3.0
    after = answers(network, rows)
    assert np.abs(after[0] - before[0]).max() > 1e-3
    assert (after[1] == before[1]).all()


@each_rung
@pytest.mark.parametrize("outputs", [1, 2, 5])
@pytest.mark.parametrize("lengths", [[1], [3, 40], [5, 1, 0, 8]])
def test_the_exported_graph_answers_the_same(rung, outputs, lengths):
    network = network_of(rung, outputs)
    data = to_onnx(network, batch(rung, [6, 11], seed=5))
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    rows = batch(rung, lengths)
    (got,) = session.run(None, {name: x.numpy() for name, x in rows.items()})
    assert got.shape == (len(lengths), outputs)
    np.testing.assert_allclose(got, answers(network, rows), rtol=1e-4, atol=1e-4)


@each_rung
def test_every_size_of_the_dial_is_larger_than_the_last(rung):
    if rung.dial != "network.width":
        return
    assert rung.sizes == tuple(sorted(rung.sizes))
    counts = [
        sum(p.numel() for p in build(rung, SIZES[rung.codec], outputs=3, width=size).parameters())
        for size in rung.sizes
    ]
    assert counts == sorted(set(counts))


def test_real_frames_are_told_by_the_padding_and_the_first_always_counts():
    mel = torch.full((2, 3, 4), PAD)
    mel[0, :2] = 7.0
    values, real = real_frames(mel)
    assert real.tolist() == [[True, True, False], [True, False, False]]
    assert values[0, 0].tolist() == [7.0] * 4
    assert values[1].abs().max() == 0


@each_rung
def test_a_size_out_of_range_is_refused(rung):
    (name,) = SIZES[rung.codec]
    with pytest.raises(ConfigError, match=rf"{name}=0 is not in 1\.\."):
        build(rung, {name: 0}, outputs=3)


def test_a_solution_of_another_shape_is_refused():
    network = build(RUNGS[0], SIZES["audio-stats"], outputs=3)
    with pytest.raises(ConfigError, match="3 directions over 33 numbers"):
        network.set_solution(np.zeros((3, 32), np.float32), np.zeros(3, np.float32))


def test_two_classes_share_one_direction():
    network = build(RUNGS[0], SIZES["audio-stats"], outputs=2)
    network.set_solution(np.ones((1, 33), np.float32), np.ones(1, np.float32))
    scores = answers(network, {"stats": torch.ones(1, 33)})
    assert scores.tolist() == [[-17.0, 17.0]]
