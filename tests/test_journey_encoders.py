"""Encoders of every kind of tokenizer from their folders to files that answer without torch."""

import json
import subprocess
import sys

import pytest
import tinyencoder
import tinymodels
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

import umbrella
from umbrella.data.codecs.columns import Columns
from umbrella.pretrained.load import load

MARKS = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
TEXTS = tinyencoder.texts(60)
ASKED = ["word1 good word2", "dull word9", "", "好 lovely ＡＢＣ 🙂", "awful " * 40]
WITHOUT_TORCH = """
import json, sys
class Banned:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("torch", "transformers", "sklearn", "polars", "onnx"):
            raise ImportError(name)
sys.meta_path.insert(0, Banned())
import umbrella
print(json.dumps([umbrella.load(path).predict(json.loads(sys.argv[1])) for path in sys.argv[2:]]))
"""


def bytes_tokenizer(folder):
    """Byte pairs as vocab.json and merges.txt, which is how RoBERTa was published."""
    engine = Tokenizer(models.BPE())
    engine.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    told = trainers.BpeTrainer(
        vocab_size=400, special_tokens=MARKS, initial_alphabet=alphabet, show_progress=False
    )
    engine.train_from_iterator(TEXTS["text"], told)
    engine.model.save(str(folder))
    return engine.get_vocab_size()


def unigram_tokenizer(folder):
    """A unigram model in tokenizer.json, which is how XLM-RoBERTa was published."""
    engine = Tokenizer(models.Unigram())
    engine.normalizer = normalizers.NFKC()
    engine.pre_tokenizer = pre_tokenizers.Metaspace()
    told = trainers.UnigramTrainer(
        vocab_size=120, special_tokens=MARKS, unk_token="<unk>", show_progress=False
    )
    engine.train_from_iterator(TEXTS["text"], told)
    engine.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    engine.save(str(folder / "tokenizer.json"))
    return engine.get_vocab_size()


def widen(folder, vocab, model_type):
    """Give the table of token vectors as many rows as the tokenizer has tokens."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    tensors = load_file(folder / "model.safetensors")
    for name, tensor in tensors.items():
        if tensor.shape[0] == tinymodels.VOCAB:
            tensors[name] = tinymodels.weight(name, (vocab, *tensor.shape[1:]))
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    config |= {"vocab_size": vocab, "model_type": model_type}
    (folder / "config.json").write_text(json.dumps(config), "utf-8")


def publish(kind, folder):
    """The folder of a tiny encoder of a kind."""
    if kind in ("roberta", "xlm-roberta"):
        tinymodels.write("roberta-mask", folder)
        made = bytes_tokenizer if kind == "roberta" else unigram_tokenizer
        widen(folder, made(folder), kind)
        return folder
    return tinyencoder.write(folder, f"{kind}-mask")


KINDS = {
    "distilbert": "WordPiece",
    "roberta": "BPE",
    "xlm-roberta": "Unigram",
}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """Kind → the folder, and the file that a fit from it was shipped as."""
    place, found = tmp_path_factory.mktemp("encoders"), {}
    for kind in KINDS:
        folder = publish(kind, place / kind)
        asked = {"rungs": ("bert-frozen",), "pretrained": folder, "threads": 1}
        made = umbrella.fit(TEXTS, "label", out=place / f"{kind}-run", **asked)
        made.ship(place / f"{kind}.onnx")
        found[kind] = folder, place / f"{kind}.onnx", made
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_cuts_texts_as_the_published_tokenizer_does(shipped, kind):
    folder, file, _ = shipped[kind]
    codec = Columns.from_entries(umbrella.load(file).spec["codecs"]).parts[0].codec
    assert json.loads(codec.json)["model"]["type"] == KINDS[kind]
    expected = load(folder).encode(ASKED, codec.config.length)
    got = codec.encode(ASKED)["ids"]
    assert [got.row(at).tolist() for at in range(len(ASKED))] == [list(row) for row in expected]


def test_files_of_every_tokenizer_answer_alike_where_torch_cannot_be_imported(shipped):
    files = [str(file) for _, file, _ in shipped.values()]
    command = [sys.executable, "-c", WITHOUT_TORCH, json.dumps(ASKED), *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    for (_, file, made), answers in zip(shipped.values(), json.loads(done.stdout), strict=True):
        for one, other in zip(answers, made.predict(ASKED), strict=True):
            assert one["label"] == other["label"], file
            assert one["probability"] == pytest.approx(other["probability"], abs=1e-4), file
