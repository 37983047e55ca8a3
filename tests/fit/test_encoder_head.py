"""A checkpoint's own head for blanks is taken over, and kept beside an unfinished fit."""

import tinyencoder
import torch

from umbrella.base.guess import WIDTH
from umbrella.base.run import Run
from umbrella.fit.encoder import open_encoder, read_encoder
from umbrella.models.ladders import build, rung


def network_of(encoder):
    own = {name: value for name, value in encoder.config.items() if name not in ("vocab",)}
    sizes = {"vocab": encoder.config["vocab"]}
    return build(rung("fill", "bert"), sizes, outputs=WIDTH, **own)


def test_the_head_of_a_checkpoint_is_where_learning_begins(tmp_path):
    folder = tinyencoder.write(tmp_path / "masked", "bert-mask")
    encoder = read_encoder(str(folder), folder)
    network = network_of(encoder)
    before = network.head.dense.weight.clone()
    encoder.fill(network)
    assert torch.equal(network.head.dense.weight, encoder.head["dense.weight"])
    assert not torch.equal(network.head.dense.weight, before)
    run = Run(tmp_path / "run")
    (tmp_path / "run").mkdir(exist_ok=True)
    encoder.save(run / "pretrained")
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    kept = open_encoder(str(folder), run)
    assert set(kept.head) == set(encoder.head)
    assert all(torch.equal(kept.head[name], x) for name, x in encoder.head.items())


def test_a_checkpoint_without_one_leaves_the_new_head(tmp_path):
    folder = tinyencoder.write(tmp_path / "plain")
    encoder = read_encoder(str(folder), folder)
    network = network_of(encoder)
    before = network.head.dense.weight.clone()
    encoder.fill(network)
    assert not encoder.head
    assert torch.equal(network.head.dense.weight, before)
