"""Candidates with fewer tokens: smaller, equal on the rows that learned, and never a no-op."""

import pytest
import tinyencoder
import torch

import umbrella
from umbrella.base.budget import Budget
from umbrella.fit.trained import load_trained, read_rows
from umbrella.shrink import candidate, shrink
from umbrella.shrink.distill import Student
from umbrella.shrink.plan import ideas
from umbrella.shrink.tokens import can_lose_tokens, fewer_tokens_of, seen_tokens


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A frozen encoder on texts that use a part of its words."""
    tmp_path = tmp_path_factory.mktemp("tokens")
    encoder = tinyencoder.write(tmp_path / "encoder")
    cells = tinyencoder.texts(240)
    narrow = [" ".join(w for w in text.split() if w[-1] not in "37") for text in cells["text"]]
    return umbrella.fit(
        cells | {"text": narrow}, pretrained=str(encoder), rungs=["bert-frozen"],
        kinds={"text": "text"}, out=tmp_path / "run", threads=1, device="cpu", epochs=1,
    )  # fmt: skip


def test_rows_that_learned_are_answered_as_before_by_a_smaller_table(run):
    trained = load_trained(run.path)
    prepared = read_rows(trained)
    assert can_lose_tokens(trained.network, trained.codecs)
    seen = seen_tokens(trained.codecs, prepared)
    network, codecs = fewer_tokens_of(trained.network, trained.codecs, seen, common=0)
    assert network.config.vocab == codecs.sizes["vocab"] < trained.network.config.vocab
    weights = [sum(w.numel() for w in one.parameters()) for one in (network, trained.network)]
    assert weights[0] < weights[1]
    [cells] = list(prepared.batches("train"))
    with torch.inference_mode():
        before, after = (
            one(ids=torch.from_numpy(by.encode(cells)["ids"].padded()))
            for one, by in ((trained.network, trained.codecs), (network, codecs))
        )
    torch.testing.assert_close(after, before)


def test_where_every_token_is_needed_nothing_is_offered(run):
    trained = load_trained(run.path)
    seen = seen_tokens(trained.codecs, read_rows(trained))
    assert fewer_tokens_of(trained.network, trained.codecs, seen, common=61) is None


def test_a_small_run_with_fewer_tokens_ships_and_shrinks_again(run, tmp_path, monkeypatch):
    monkeypatch.setattr(candidate, "COMMON", (0,))
    monkeypatch.setattr(shrink, "ideas", lambda *given: ideas(*given)[:1])
    found = []
    watcher = shrink.ShrinkWatcher(candidate=lambda one, said: found.append((one, said)))
    made = shrink.shrink_run(run.path, Budget(None, None, 0.4), tmp_path / "small", watcher=watcher)
    names = [one.name for one, _ in found]
    assert names[:2] == ["bert-frozen", "bert-frozen int8"]
    assert names[2].startswith("bert-frozen tokens ")
    assert names[2].endswith(" int8")
    sizes = [one.cost.bytes for one, _ in found]
    assert sizes[2] < sizes[1] < sizes[0]
    small = umbrella.load(made.path)
    assert "tokens" in small.facts["shrunk"]["name"]
    shipped = small.ship(tmp_path / "small.onnx")
    bundle = umbrella.load(shipped.path)
    rows = ["good word1", "bad word3 word7 never seen", ""]
    assert [row["label"] for row in bundle.predict(rows)] == [
        row["label"] for row in small.predict(rows)
    ]
    again = load_trained(made.path)
    assert again.network.config.vocab == small.facts["choice"]["network.vocab"]


def test_a_frozen_encoder_with_fewer_layers_is_tuned_whole():
    plan = ideas("text", "bert-frozen", {"network.layers": 6, "network.vocab": 99}, 6)
    layers = [idea.choice["network.layers"] for idea in plan if idea.rung.name == "bert"]
    assert layers == [4, 3, 2]
    assert plan[0].given
    assert plan[0].rung.name == "bert-frozen"


def test_a_student_reads_a_batch_once_and_knows_its_layers(run):
    trained = load_trained(run.path)
    network = trained.network.eval()
    student, calls = Student(network, 7), []
    network.body.register_forward_hook(lambda *_: calls.append(1))
    ids = torch.tensor([[2, 6, 3], [2, 10, 3]])
    outputs, features = student.heard(ids=ids)
    assert len(calls) == 1
    torch.testing.assert_close(features, network.features(ids))
    torch.testing.assert_close(outputs, network(ids))
    deep = student.depth_of("network.body.embed.tokens.weight")
    assert deep == network.depth_of("body.embed.tokens.weight") > 0
    assert student.depth_of("project.weight") == 0
