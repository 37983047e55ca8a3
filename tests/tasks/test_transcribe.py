"""What transcribing asks for, and how its answers are judged and searched."""

import json
from dataclasses import replace

import numpy as np
import pytest

from umbrella.base.errors import DataError, RunError
from umbrella.base.limits import LIMITS
from umbrella.models.constant import ConstantPlacesConfig
from umbrella.score import doubt
from umbrella.score.ctc import NEVER, Search
from umbrella.score.decode import decode, needed
from umbrella.score.language import Language
from umbrella.tasks.task import for_all, from_spec
from umbrella.tasks.transcribe import PAD, RULE_PLACES, UNSEEN, Transcribe, shares_of_rate

SAID = ["One two.", "two", "three two one", "Two, two!"]
TASK = Transcribe.learn(SAID, np.arange(4))


def outputs_for(task, texts, sure=0.97):
    """Outputs that read as the texts, nearly certain of each symbol."""
    paths = []
    for text in texts:
        path = []
        for char in text:
            number = task.symbols.index(char) + 1
            path += [0, number] if path and path[-1] == number else [number]
        paths.append(path)
    longest = max(map(len, paths), default=0) + 1
    out = np.full((len(texts), longest, task.outputs), np.log((1 - sure) / (task.outputs - 1)))
    for row, path in enumerate(paths):
        out[row, np.arange(longest), path + [0] * (longest - len(path))] = np.log(sure)
    return out.astype(np.float32)


def test_characters_come_from_training_rows_and_others_count_as_errors():
    task = Transcribe.learn([*SAID, "four"], np.arange(4))
    assert "f" not in task.symbols
    targets = task.encode(["two", "four"])
    assert targets.tolist()[0][3:] == [PAD]
    assert task.texts(targets) == ["two", f"{UNSEEN}o{UNSEEN}r"]
    scores = task.row_scores(outputs_for(task, ["two", "or"]), targets)
    assert scores.tolist() == [0, 1]
    (note,) = task.remarks([*SAID, "four"])
    assert "2 characters" in note.say("en")
    assert "f u" in note.say("en")
    assert TASK.remarks(SAID) == []


def test_the_mean_of_the_rows_is_the_error_rate_of_all_words():
    targets = TASK.encode(["one two three", "two", "one"])
    outputs = outputs_for(TASK, ["one two two", "two", "two one two"])
    scores = TASK.row_scores(outputs, targets)
    assert scores.mean() == pytest.approx(3 / 5)
    found = TASK.metrics(outputs, targets)
    assert found["wer"] == pytest.approx(3 / 5)
    assert found["exact"] == pytest.approx(1 / 3)
    assert found["cer"] == pytest.approx((4 + 0 + 8) / (13 + 3 + 3))


def test_scripts_without_spaces_are_scored_by_characters():
    task = Transcribe.learn(["今天 天气", "天气，好"], np.arange(2))
    assert (task.unit, task.headline) == ("character", "cer")
    targets = task.encode(["今天天气"])
    outputs = outputs_for(task, ["今天好"])
    assert task.row_scores(outputs, targets).tolist() == [0.5]
    assert set(task.metrics(outputs, targets)) == {"cer", "exact"}
    assert (TASK.unit, TASK.headline) == ("word", "wer")


def test_an_empty_transcript_is_an_answer_like_others():
    targets = TASK.encode(["…", "two"])
    assert targets[0].tolist() == [PAD] * 3
    assert TASK.row_scores(outputs_for(TASK, ["", "two"]), targets).tolist() == [0, 0]
    assert TASK.row_scores(outputs_for(TASK, ["one", ""]), targets).mean() == 2
    silent = TASK.encode(["…", "!"])
    assert TASK.row_scores(outputs_for(TASK, ["one", ""]), silent).mean() == 1


@pytest.mark.parametrize("values", [["…", "!"], ["one"] * 5, ["…", "…", "one"]])
def test_transcripts_with_nothing_to_tell_apart_are_refused(values):
    with pytest.raises(DataError, match=r"nothing to tell apart \(row 7.*--target COLUMN"):
        Transcribe.learn(values, np.arange(2), np.arange(6, 6 + len(values)))


def test_too_many_characters_are_refused():
    wild = [chr(0x4E00 + at) for at in range(LIMITS.symbols + 1)]
    with pytest.raises(DataError, match=f"{LIMITS.symbols:,} are allowed"):
        Transcribe.learn(wild, np.arange(len(wild)))


def test_the_simple_rule_says_the_words_that_are_least_wrong():
    common = TASK.encode(["two two"] * 5 + ["one two", "three"])
    simple = TASK.baseline(common)
    assert simple.shape == (RULE_PLACES, TASK.outputs)
    assert TASK.answers(for_all(simple, 2)) == ["two two"] * 2
    task = Transcribe.learn(["a b c d e", "f g h i j"], np.arange(2))
    silent = task.encode(["a", "b", "c", "d", "e", "f g"])  # any word adds more than it finds
    assert task.answers(task.baseline(silent)[None]) in ([""], ["a"])
    long = task.encode(["a b " * 40])
    assert task.answers(task.baseline(long)[None]) == [""]  # does not fit


def test_the_simple_rule_fits_the_network_that_says_it():
    assert ConstantPlacesConfig(outputs=3).places == RULE_PLACES


def test_the_language_model_is_learned_from_training_transcripts_or_given_sentences():
    held = Transcribe.learn(["one", "two", "qqq"], np.arange(2))
    assert not any("q" in gram for gram in held.language.grams)
    told = Transcribe.learn(["one", "two"], np.arange(2), sentences=["Six seven!", ""])
    assert "six" in told.language.grams
    assert "one" not in told.language.grams
    assert told.symbols == ("e", "n", "o", "t", "w")


def test_held_out_rows_choose_the_search_and_the_simplest_of_equals_wins():
    right = outputs_for(TASK, ["one two", "two"])
    settled = TASK.calibrated(right, TASK.encode(["one two", "two"]))
    assert (settled.search, settled.language, settled.settled) == (None, None, True)
    blurred = right.copy()  # "one twx": the language model knows better
    at = TASK.symbols.index("o") + 1, TASK.symbols.index("h") + 1
    blurred[0, 6, at[0]], blurred[0, 6, at[1]] = np.log(0.45), np.log(0.46)
    truth = TASK.encode(["one two", "two"])
    assert TASK.answers(blurred)[0] == "one twh"
    chosen = TASK.calibrated(blurred, truth)
    assert chosen.search.weight > 0
    assert chosen.answers(blurred) == ["one two", "two"]
    assert chosen.as_fitted().answers(blurred)[0] == "one twh"
    assert chosen.calibrated(right, truth) is chosen  # a choice once made stays


@pytest.mark.parametrize(
    "task",
    [
        TASK,
        replace(TASK, search=Search(16, 0.5, 1.0), settled=True),
        replace(TASK, language=None, settled=True),
    ],
)
def test_the_task_survives_json_and_a_shipped_file_answers_alike(task):
    spec = json.loads(json.dumps(task.spec()))
    assert from_spec(spec) == task
    outputs = outputs_for(task, ["one two", "", "three"], sure=0.6)
    answers = decode(json.loads(json.dumps(needed(spec))), outputs)
    assert answers["text"] == task.answers(outputs)
    assert answers["text"][::2] == ["one two", "three"]
    assert answers["confidence"][::2] == pytest.approx([0.6] * 2, abs=1e-3)


@pytest.mark.parametrize(
    "change",
    [
        {"rule": "another"},
        {"unit": "phrase"},
        {"search": {"width": 0}},
        {"search": {"depth": 3}},
        {"symbols": 5},
        {"language": {"order": 1}},
    ],
)
def test_a_damaged_spec_is_refused(change):
    with pytest.raises((RunError, Exception), match=r"damaged|rule") as caught:
        from_spec(TASK.spec() | change)
    assert type(caught.value).__module__ == "umbrella.base.errors"


def test_padding_is_certain_and_costs_nothing():
    import torch

    outputs = torch.from_numpy(outputs_for(TASK, ["one two", "two"]))
    targets = torch.from_numpy(TASK.encode(["one two", "two"]))
    beyond = torch.full((2, 5, TASK.outputs), NEVER)
    beyond[:, :, 0] = 0
    longer = torch.cat([outputs, beyond], dim=1)
    torch.testing.assert_close(TASK.loss(longer, targets), TASK.loss(outputs, targets))
    assert TASK.class_weights() is None


def test_groups_widen_the_interval():
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(6), 30)
    scores = rng.random(6)[groups] + 0.05 * rng.random(180)
    alone, drawn = TASK.interval(scores), TASK.interval(scores, groups)
    assert drawn.high - drawn.low > 2 * (alone.high - alone.low)
    assert TASK.compare(scores, scores + 0.1, groups) < 0.05
    assert isinstance(TASK.language, Language)


ERRORS = {  # of rows with these words, at an error rate of 0.3
    "as many in long rows as in short": lambda rng, words: rng.poisson(0.3 * 10.5, len(words)),
    "by the word": lambda rng, words: rng.binomial(words, 0.3),
    "whole rows": lambda rng, words: words * (rng.random(len(words)) < 0.3),
}


@pytest.mark.parametrize("errors", ERRORS.values(), ids=ERRORS)
@pytest.mark.parametrize("rows", [12, 60])
def test_the_interval_holds_the_error_rate_as_often_as_it_says(errors, rows):
    rng, held = np.random.default_rng(0), []
    for _ in range(250):
        words = rng.integers(1, 21, rows)  # 10.5 in the mean
        held.append(TASK.interval(shares_of_rate(errors(rng, words), words)).holds(0.3))
    assert 0.91 <= np.mean(held) <= 0.995


def test_errors_that_grow_with_the_words_leave_less_doubt_than_errors_that_do_not():
    words = np.tile([2, 18], 30)
    even = TASK.interval(shares_of_rate(words // 2, words))
    flat = TASK.interval(shares_of_rate(np.full(60, 5), words))
    assert even.high - even.low < 0.5 * (flat.high - flat.low)


def test_rows_that_are_all_alike_are_not_certain():
    wrong = TASK.interval(shares_of_rate([2, 3, 1, 5], [2, 3, 1, 5]))
    assert wrong.low == pytest.approx(doubt.wilson(4, 4).low)
    assert wrong.high > 1.2
    none = TASK.interval(shares_of_rate([0] * 20, range(1, 21)))
    assert (none.low, none.high) == (0, pytest.approx(doubt.wilson(0, 20).high))
    one = TASK.interval(shares_of_rate([1] + [0] * 19, [5] * 20))
    assert one.high >= doubt.wilson(1, 20).high / 5


def test_the_difference_of_two_models_is_that_of_their_rates():
    rng = np.random.default_rng(0)
    words = rng.integers(1, 21, 400)
    a, b = rng.binomial(words, 0.6), rng.binomial(words, 0.1)
    gap = shares_of_rate(a, words) - shares_of_rate(b, words)
    rates = []
    for _ in range(600):
        some = rng.integers(0, 400, 400)
        rates.append((a[some].sum() - b[some].sum()) / words[some].sum())
    assert gap.mean() == pytest.approx((a.sum() - b.sum()) / words.sum())
    assert gap.std() / 20 == pytest.approx(np.std(rates), rel=0.1)
