"""Checkpoints that do not fit are refused aloud, and say what to do."""

import json
import os

import pytest
import torch
from safetensors.torch import load_file, save_file
from tinymodels import VOCAB, write
from tokenizers import Tokenizer, models

from umbrella.base.errors import DataError
from umbrella.pretrained.load import load
from umbrella.pretrained.tokenizer import check_tokenizer

EMBED, POOLER = "embeddings.word_embeddings.weight", "pooler.dense.weight"


@pytest.fixture
def folder(tmp_path):
    write("bert", tmp_path)
    return tmp_path


def tensors(folder):
    return load_file(folder / "model.safetensors")


def rewrite(folder, changed):
    save_file({k: t.clone() for k, t in changed.items()}, folder / "model.safetensors")


def set_config(folder, **changed):
    raw = json.loads((folder / "config.json").read_text())
    raw |= changed
    kept = {key: value for key, value in raw.items() if value is not ...}
    (folder / "config.json").write_text(json.dumps(kept))


def test_missing_tensors_are_named_and_counted(folder):
    found = tensors(folder)
    del found["encoder.layer.1.attention.self.key.weight"], found[EMBED]
    rewrite(folder, found)
    with pytest.raises(DataError, match=rf"2 missing \({EMBED}, encoder.layer.1.*key.weight\)"):
        load(folder)


def test_unexpected_tensors_are_named_and_counted(folder):
    rewrite(folder, tensors(folder) | {"encoder.layer.2.x": torch.zeros(1), "y": torch.zeros(2)})
    with pytest.raises(
        DataError, match=r"2 unexpected \(encoder.layer.2.x, y\).*Nothing was loaded"
    ):
        load(folder)


def test_misshapen_tensors_are_named_with_both_shapes(folder):
    set_config(folder, hidden_size=32, intermediate_size=64)
    with pytest.raises(DataError, match=r"of another shape.*\[48, 32\] where.*asks for \[64, 32\]"):
        load(folder)


def test_a_copy_of_a_tied_tensor_that_differs_is_refused(tmp_path):
    write("bart", tmp_path)
    found = tensors(tmp_path)
    rewrite(tmp_path, found | {"model.encoder.embed_tokens.weight": found["model.shared.weight"]})
    load(tmp_path)
    found["model.encoder.embed_tokens.weight"] = found["model.shared.weight"] + 1
    rewrite(tmp_path, found)
    with pytest.raises(DataError, match=r"embed_tokens.weight differs from model.shared.weight"):
        load(tmp_path)


def test_an_output_of_its_own_is_used_whatever_the_config_says(tmp_path):
    write("gpt2", tmp_path)
    found = tensors(tmp_path)
    own = torch.randn(VOCAB, 32)
    rewrite(tmp_path, found | {"lm_head.weight": own})
    assert torch.equal(load(tmp_path).network.heads["lm"].weight, own)


def test_a_tied_tensor_may_be_there_under_its_other_name_only(tmp_path):
    write("gpt2", tmp_path)
    found = tensors(tmp_path)
    found["lm_head.weight"] = found.pop("transformer.wte.weight")
    rewrite(tmp_path, found)
    tokens = load(tmp_path).network.body.embed.tokens.weight
    assert torch.equal(tokens, found["lm_head.weight"])


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (
            {"model_type": "gemma"},
            "model_type='gemma', which is not supported. Supported: bert, rob",
        ),
        ({"model_type": ...}, "names no model_type. Supported: bert"),
        ({"architectures": ["BertForMultipleChoice"]}, "BertForMultipleChoice.*BertForMaskedLM"),
        ({"hidden_size": ...}, "has no 'hidden_size'"),
        ({"hidden_size": "32"}, "hidden_size='32', which must be a whole number"),
        ({"hidden_act": "quick"}, "hidden_act='quick', which must be one of gelu"),
        ({"position_embedding_type": "relative_key"}, "relative_key.*must be absolute"),
        ({"is_decoder": True}, "is_decoder=True, which is not supported: it must be false"),
        ({"num_attention_heads": 5}, "heads=5 do not divide width=32"),
    ],
    ids=str,
)
def test_a_config_that_cannot_be_followed_is_refused(folder, changed, says):
    from umbrella.base.errors import UmbrellaError

    set_config(folder, **changed)
    with pytest.raises(UmbrellaError, match=says):
        load(folder)


def test_without_named_architectures_the_body_is_read(folder):
    set_config(folder, architectures=...)
    assert list(load(folder).network.heads) == ["pool"]


@pytest.mark.parametrize(
    ("scaling", "says"),
    [
        ({"rope_type": "yarn", "factor": 2.0}, "rope_type='yarn'"),
        ({"type": "dynamic"}, "'dynamic'"),
    ],
)
def test_rotations_of_another_kind_are_refused(tmp_path, scaling, says):
    write("llama", tmp_path)
    set_config(tmp_path, rope_scaling=scaling, rope_parameters=None)
    with pytest.raises(DataError, match=f"{says}, which is not supported.*llama3"):
        load(tmp_path)


def test_several_files_are_read_by_their_index(folder):
    whole = load(folder).network.state_dict()
    found = tensors(folder)
    names = sorted(found)
    where = {}
    for number, part in enumerate((names[:9], names[9:]), 1):
        file = f"model-0000{number}-of-00002.safetensors"
        save_file({name: found[name] for name in part}, folder / file)
        where |= dict.fromkeys(part, file)
    (folder / "model.safetensors").unlink()
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": where}))
    again = load(folder).network.state_dict()
    assert all(torch.equal(whole[name], again[name]) for name in whole)
    (folder / "model-00002-of-00002.safetensors").unlink()
    with pytest.raises(DataError, match=r"names model-00002-of-00002.safetensors, which is not in"):
        load(folder)
    index.write_text(json.dumps({"weight_map": {"a": "../other/model.safetensors"}}))
    with pytest.raises(DataError, match=r"names '../other/model.safetensors', which is no file"):
        load(folder)


def test_archives_of_torch_are_read_as_numbers(folder):
    whole, found = load(folder).network.state_dict(), tensors(folder)
    norm = "embeddings.LayerNorm"  # spelt as the first files did
    found[f"{norm}.gamma"] = found.pop(f"{norm}.weight")
    found[f"{norm}.beta"] = found.pop(f"{norm}.bias")
    torch.save(found, folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    again = load(folder).network.state_dict()
    assert all(torch.equal(whole[name], again[name]) for name in whole)


class Trap:
    """Runs code when a careless reader opens it."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return os.mkdir, (str(self.mark),)


def test_code_in_an_archive_never_runs(folder, tmp_path):
    (folder / "model.safetensors").unlink()
    mark = tmp_path / "sprung"
    torch.save({"a": Trap(mark)}, folder / "pytorch_model.bin")
    with pytest.raises(DataError, match=r"pytorch_model.bin was not opened.*model.safetensors"):
        load(folder)
    assert not mark.exists()
    torch.load(folder / "pytorch_model.bin", weights_only=False)
    assert mark.exists()  # it would have run


@pytest.mark.parametrize("content", [{"a": 1}, [torch.zeros(1)]], ids=str)
def test_an_archive_of_other_things_is_refused(folder, content):
    (folder / "model.safetensors").unlink()
    torch.save(content, folder / "pytorch_model.bin")
    with pytest.raises(DataError, match="other things than named tensors"):
        load(folder)


def test_a_file_cut_short_is_refused(folder):
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(DataError, match="not a whole safetensors file"):
        load(folder)


def test_a_folder_without_weights_is_refused(folder):
    (folder / "model.safetensors").rename(folder / "tf_model.h5")
    with pytest.raises(DataError, match=r"no weights that can be read.*config.json, tf_model.h5"):
        load(folder)


def tokenizer(tokens):
    return Tokenizer(models.WordLevel({f"t{n}": n for n in range(tokens)}, unk_token="t0"))


def test_a_tokenizer_with_tokens_beyond_the_table_is_refused(folder):
    tokenizer(VOCAB).save(str(folder / "tokenizer.json"))
    load(folder)
    tokenizer(VOCAB + 1).save(str(folder / "tokenizer.json"))
    with pytest.raises(DataError, match=r"62 tokens and the table of token vectors 61 rows"):
        load(folder)


def test_a_tokenizer_far_smaller_than_the_table_is_refused():
    check_tokenizer(tokenizer(28_990).to_str(), 30_522 - 500)
    with pytest.raises(DataError, match=r"21,128 tokens .* 30,522 rows.*not of one model"):
        check_tokenizer(tokenizer(21_128).to_str(), 30_522)
