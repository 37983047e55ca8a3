"""Published models of every family answer as `transformers` does, in every form of rows."""

import json
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file
from tinymodels import (
    DECODERS,
    GOLDEN,
    LENGTHS,
    MODELS,
    PAIRS,
    TARGETS,
    answer,
    exact_norms,
    oracle,
    packed,
    rows,
    sample,
    write,
)

from umbrella.models.transformer.transformer import Transformer
from umbrella.pretrained.export import export, to_tensors
from umbrella.pretrained.load import load

each_model = pytest.mark.parametrize("name", MODELS)
TYPES = {torch.float32: 1e-5, torch.float64: 1e-10}
each_type = pytest.mark.parametrize("dtype", TYPES, ids=str)


@torch.no_grad()
def ours(name, pretrained, form):
    """What our network says; packed answers are padded again where they are one a place."""
    network, lengths = pretrained.network, TARGETS if name in PAIRS else LENGTHS
    head = next((head for head in network.heads if head != "pool"), None)
    ids, target = rows(LENGTHS, 0), rows(TARGETS, 1)
    if form == "packed":
        ids, target = packed(ids, LENGTHS), packed(target, TARGETS)
    given = (ids, target, LENGTHS, TARGETS) if name in PAIRS else (ids, LENGTHS)
    states = network.body(*given)
    said = states if head is None else network.ask(head, states, lengths)
    if said.ndim == 3 or form == "padded" or head == "classify":
        return said
    return torch.nn.utils.rnn.pad_sequence(said.split(lengths), batch_first=True)


def assert_alike(said, expected, lengths, bound):
    assert said.shape == expected.shape
    if said.ndim == 3:
        said, expected = packed(said, lengths), packed(expected, lengths)
    torch.testing.assert_close(said, expected, rtol=0, atol=bound)


@each_model
@each_type
@pytest.mark.parametrize("form", ["padded", "packed"])
def test_a_published_model_answers_as_it_did(name, dtype, form, tmp_path):
    golden = write(name, tmp_path)
    said = sample(
        ours(name, load(tmp_path, dtype=dtype), form), TARGETS if name in PAIRS else LENGTHS
    )
    expected = torch.tensor(golden["answers"], dtype=torch.float64).view(said.shape)
    bound = 1e-5 if dtype == torch.float32 else 2e-8  # nine digits are kept
    torch.testing.assert_close(said.double(), expected, rtol=0, atol=bound)


@pytest.fixture
def _exact():
    pytest.importorskip("transformers")
    with exact_norms():
        yield


@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("_exact")
@each_model
def test_it_answers_as_transformers_does(name, tmp_path):
    write(name, tmp_path)
    for dtype, bound in TYPES.items():
        expected = answer(name, oracle(name, tmp_path, dtype))
        pretrained = load(tmp_path, dtype=dtype)
        for form in ("padded", "packed"):
            said = ours(name, pretrained, form)
            assert_alike(said, expected, TARGETS if name in PAIRS else LENGTHS, bound)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("_exact")
@pytest.mark.parametrize("name", [*DECODERS, *PAIRS])
@torch.no_grad()
def test_read_token_by_token_it_answers_as_transformers_does(name, tmp_path):
    write(name, tmp_path)
    for dtype, bound in TYPES.items():
        pretrained, model = load(tmp_path, dtype=dtype), oracle(name, tmp_path, dtype)
        network, ids = pretrained.network, rows([9, 9], 2)
        cache = network.body.make_cache(2, 9)
        if name in PAIRS:
            source = rows(LENGTHS[:2], 0)
            expected = answer(name, model, source, LENGTHS[:2], ids)
            memory = network.body.encoder(source, LENGTHS[:2])
            told = {"memory": memory, "memory_lengths": LENGTHS[:2]}
            states = [network.body.decoder(ids[:, :4], cache=cache, **told)]
            steps = ids[:, 4:].split(1, dim=1)
            states += [network.body.decoder(step, cache=cache) for step in steps]
        else:
            expected = answer(name, model, ids, [9, 9])
            pieces = (ids[:, :4], *ids[:, 4:].split(1, dim=1))
            states = [network.body(piece, cache=cache) for piece in pieces]
        said = network.ask("lm", torch.cat(states, dim=1))
        torch.testing.assert_close(said, expected, rtol=0, atol=bound)


@each_model
def test_written_back_it_is_the_same_to_the_last_bit(name, tmp_path):
    write(name, tmp_path / "first")
    pretrained = load(tmp_path / "first")
    export(pretrained, tmp_path / "second")
    first, second = (load_file(tmp_path / n / "model.safetensors") for n in ("first", "second"))
    assert set(first) == set(second)
    assert all(torch.equal(first[key], second[key]) for key in first)
    configs = [(tmp_path / n / "config.json").read_text("utf-8") for n in ("first", "second")]
    assert json.loads(configs[0]) == json.loads(configs[1])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("_exact")
@pytest.mark.parametrize("name", ["bert-mask", "gpt2", "qwen3", "t5-gated"])
def test_what_was_learned_is_in_the_written_folder(name, tmp_path):
    write(name, tmp_path / "first")
    pretrained = load(tmp_path / "first")
    with torch.no_grad():
        for weight in pretrained.network.parameters():
            weight.mul_(1.05)
    export(pretrained, tmp_path / "second")
    expected = answer(name, oracle(name, tmp_path / "second"))
    said = ours(name, load(tmp_path / "second"), "padded")
    assert_alike(said, expected, TARGETS if name in PAIRS else LENGTHS, 1e-5)


def test_every_family_has_golden_figures_and_no_more():
    assert set(json.loads(GOLDEN.read_text("utf-8"))) == set(MODELS)


def test_the_numbers_are_held_as_the_caller_wants_them(tmp_path):
    write("bert", tmp_path, torch.bfloat16)
    made = {load(tmp_path, dtype=dtype).network.body.embed.tokens.weight.dtype for dtype in TYPES}
    assert made == set(TYPES)


def test_what_is_known_and_not_used_is_kept_aside(tmp_path):
    write("bert-pretraining", tmp_path)
    pretrained = load(tmp_path)
    assert sorted(pretrained.aside) == ["cls.seq_relationship.bias", "cls.seq_relationship.weight"]
    assert set(pretrained.aside) <= set(to_tensors(pretrained))
    assert list(pretrained.network.heads) == ["mask", "pool"]


def test_an_encoder_alone_is_a_transformer(tmp_path):
    write("t5-encoder", tmp_path)
    assert isinstance(load(tmp_path).network.body, Transformer)


def test_loading_draws_no_chance_and_imports_no_compiler(tmp_path):
    write("t5-gated", tmp_path)  # the one with every kind of weight that starts at random
    ask = (
        "import sys, torch; from umbrella.pretrained.load import load; "
        "before = torch.get_rng_state(); network = load(sys.argv[1]).network; "
        "assert torch.equal(before, torch.get_rng_state()); "
        "assert all(p.device.type == 'cpu' for p in network.parameters()); "
        "assert 'torch._dynamo' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", ask, str(tmp_path)], check=True)
