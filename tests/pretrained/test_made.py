"""Encoders trained here, written as if they had been published: every family reads back alike."""

import pytest
import tinyencoder
import tinymodels
import torch

from umbrella.base.errors import RunError
from umbrella.models.text.filler import Filler, FillerConfig
from umbrella.pretrained.load import load
from umbrella.pretrained.made import write_made

MASKED = ("bert-mask", "roberta-mask", "distilbert-mask", "electra-mask")


@pytest.mark.parametrize("name", MASKED)
def test_what_was_read_is_written_and_read_alike(name, tmp_path):
    tinymodels.write(name, tmp_path / "one")
    found = load(tmp_path / "one")
    tokenizer = tinyencoder.tokenizer(tmp_path / "words").read_text("utf-8")
    body, head = found.network.body, found.network.heads["mask"]
    again = load(write_made(body, head, tokenizer, tmp_path / "other"))
    assert again.family is found.family
    assert again.aside == {}
    ids = torch.tensor([[5, 9, 30, 7, 2], [8, 8, 1, 3, 2]])
    with torch.no_grad():
        one, other = (
            loaded.network.ask("mask", loaded.network.body(ids)) for loaded in (found, again)
        )
    assert torch.equal(one, other)


def test_another_shape_is_refused(tmp_path):
    shape = {"vocab": 61, "width": 32, "layers": 1, "heads": 2, "mlp_width": 32, "outputs": 22}
    network = Filler(FillerConfig(**shape))  # norms before, no places
    with pytest.raises(RunError, match="shape of no published encoder"):
        write_made(network.body, network.head, "{}", tmp_path)
