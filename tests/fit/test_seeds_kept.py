"""Of several seeds of a published encoder the best keeps its weights, and it alone."""

import pytest
import tinyencoder

import umbrella
from umbrella.fit import fit as fit_module


@pytest.fixture
def ask(tmp_path):
    """A fit of a tiny encoder from three seeds; the same at every call."""
    folder = tinyencoder.write(tmp_path / "tiny")
    return lambda: umbrella.fit(
        tinyencoder.texts(120), rungs=["bert"], pretrained=str(folder), epochs=1, threads=1,
        kinds={"text": "text"}, out=tmp_path / "run", device="cpu",
    )  # fmt: skip


def test_weights_of_seeds_that_lost_are_gone_and_a_kill_at_the_end_costs_nothing(ask, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(fit_module, "_finish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            ask()
    made = ask()
    rungs = made.path / "rungs" / "bert"
    trials = sorted(rungs.glob("trial-*"))
    assert len(trials) == 3
    assert all((trial / "result.json").is_file() for trial in trials)
    kept = sorted(made.path.rglob("weights.safetensors"))
    assert kept == sorted([made.path / "weights.safetensors", rungs / "weights.safetensors"])
    assert kept[0].read_bytes() == kept[1].read_bytes()
    assert made.facts["selection"]["looks"] == 3
