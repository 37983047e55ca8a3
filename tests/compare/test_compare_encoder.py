"""A comparison that starts from a published encoder and is killed: it needs the folder no more."""

import shutil

import pytest
import tinyencoder

import umbrella
from umbrella.compare import run as module


def test_a_killed_comparison_goes_on_where_the_encoder_is_gone(tmp_path, monkeypatch):
    encoder = tinyencoder.write(tmp_path / "encoder")

    def ask():
        return umbrella.compare(
            tinyencoder.texts(240),
            rungs=["bow-svm", "bert-frozen"],
            pretrained=str(encoder),
            kinds={"text": "text"},
            seeds=2,
            out=tmp_path / "compared",
            threads=1,
            device="cpu",
        )

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(module, "contest", killed)
        with pytest.raises(KeyboardInterrupt):
            ask()
    shutil.rmtree(encoder)
    made = ask()
    assert {one["name"] for one in made.facts["contest"]["rungs"]} == {"bow-svm", "bert-frozen"}
    assert not (made.path / "pretrained").exists()
    assert ask().facts["made"] == made.facts["made"]
