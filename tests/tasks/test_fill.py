"""The task of blanks: the loss of all of them, its shares, its rule, and what a file keeps."""

import numpy as np
import pytest

from umbrella.base.errors import DataError
from umbrella.base.guess import BEST, CHANCE, FIRST, NEVER, TRUTH, WIDTH
from umbrella.score.decode import decode, lead, needed
from umbrella.tasks.fill import Fill, hits, shares_of_loss
from umbrella.tasks.task import for_all, from_spec

TEXTS = [f"{who} {does} the {what} in the {where} ." for who in ("she", "he", "it")
         for does in ("saw", "had", "ate") for what in ("cake", "bread", "fish")
         for where in ("house", "garden", "town")]  # fmt: skip


@pytest.fixture(scope="module")
def task():
    return Fill.learn(TEXTS, np.arange(60), seed=3)


def outputs_of(chances, truth=7):
    """Answers [1, M, WIDTH] in which the truth has these chances and comes first when above .5."""
    out = np.full((1, len(chances) + 1, WIDTH), NEVER, np.float32)
    out[:, :, TRUTH] = 0
    for at, chance in enumerate(chances):
        out[0, at, TRUTH], out[0, at, CHANCE] = truth + 1, np.log(chance)
        ids = np.arange(20, 20 + BEST)
        ids[0 if chance > 0.5 else 3] = truth
        out[0, at, FIRST : FIRST + BEST] = ids
        out[0, at, FIRST + BEST :] = np.log(np.linspace(max(chance, 0.5), 0.01, BEST))
    return out


def test_shares_average_to_the_loss_of_all_blanks():
    nats, blanks = np.array([3.0, 1.0, 0.0, 8.0]), np.array([1, 2, 0, 5])
    shares = shares_of_loss(nats, blanks)
    assert shares.mean() == pytest.approx(12 / 8)
    assert shares[2] == pytest.approx(12 / 8)


def test_the_loss_is_that_of_the_truth(task):
    torch = pytest.importorskip("torch")
    out = np.concatenate([outputs_of([0.9, 0.1]), outputs_of([0.6, 0.2])])
    wanted = -np.log([0.9, 0.1, 0.6, 0.2]).mean()
    assert float(task.loss(torch.from_numpy(out), None)) == pytest.approx(wanted, rel=1e-5)
    assert task.row_scores(out, None).mean() == pytest.approx(wanted, rel=1e-5)
    told = task.metrics(out, None)
    assert told["perplexity"] == pytest.approx(np.exp(wanted), rel=1e-4)
    assert (told["top_1"], told["top_5"]) == (0.5, 1.0)
    assert hits(out, 1).tolist() == [True, False, True, False]


def test_the_rule_is_how_common_tokens_are(task):
    targets = task.encode(TEXTS)
    rule = task.baseline(targets)
    assert np.exp(rule.astype(np.float64)).sum() == pytest.approx(1)
    the = task.codec.engine.token_to_id("the")
    assert int(rule.argmax()) == the
    scores = task.row_scores(for_all(rule, len(targets)), targets)
    told = rule[targets[targets >= 0]]
    assert scores.mean() == pytest.approx(-told.mean(), rel=1e-5)


def test_a_spec_gives_the_same_task(task):
    again = from_spec(task.spec())
    assert np.array_equal(again.encode(TEXTS), task.encode(TEXTS))
    assert np.array_equal(again.baseline(None), task.baseline(None))
    assert set(needed(task.spec())) == {"task", "best"}


def test_answers_are_the_likeliest_tokens(task):
    out = outputs_of([0.9, 0.2])
    told = decode(needed(task.spec()), out)
    assert told["best"] == [[7, 20]]
    assert [len(pairs) for pairs in told["likely"][0]] == [BEST, BEST]
    assert told["likely"][0][0][0] == (7, pytest.approx(0.9, rel=1e-5))
    assert lead(task.spec(), out)[0] == pytest.approx(np.exp(out[0, 1, 12]) - np.exp(out[0, 1, 13]))


def test_too_few_words_are_refused():
    with pytest.raises(DataError, match="at least 200 are needed"):
        Fill.learn(["a few words"] * 3, np.arange(3))
