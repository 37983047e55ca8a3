"""Every question: right on a sound model, and able to see the fault it asks for."""

from dataclasses import replace

import made
import numpy as np
import pytest

from umbrella.base.errors import RunError
from umbrella.check import (
    calibration,
    confusion,
    gap,
    residuals,
    score,
    selection,
    twins,
    unseen,
    worst,
)
from umbrella.check.difference import paired, smallest_seen, unpaired
from umbrella.check.report import check
from umbrella.score import doubt

SOUND = made.classify()
NUMBERS = made.regress()


@pytest.mark.parametrize("sound", [SOUND, NUMBERS], ids=["classes", "numbers"])
def test_a_sound_model_passes_every_question(sound):
    report = check(sound)
    assert report.verdict == "pass"
    for finding in report.findings[:-1]:
        assert finding.verdict == "pass", finding.says.say("en")
        assert finding.would_have_seen is not None
        assert finding.figure is not None
        assert finding.p is not None or finding.low is not None
    assert report.findings[-1].verdict == "cannot tell"


def test_a_useless_model_is_told_on_the_score():
    found = score.question(made.classify(skill=0.0, memory=5.0))
    assert found.verdict == "fail"
    assert found.advice is not None
    assert "No better" in found.advice.say("en")


def test_few_rows_cannot_tell_a_useless_model_from_a_good_one():
    few = made.classify(skill=0.3, sizes={"train": 60, "validation": 40, "test": 40})
    assert score.question(few).verdict == "cannot tell"


def test_a_number_model_without_skill_fails():
    blind = made.regress(slope=0.0, noise=1.0)
    assert score.question(blind).verdict == "fail"
    assert residuals.question(blind).verdict == "fail"


def test_memory_that_does_not_carry_over_fails_the_gap():
    assert gap.question(made.classify(skill=0.0, memory=6.0)).verdict == "fail"


def test_mostly_memory_warns_and_a_harmless_gap_passes():
    weak = gap.question(made.classify(skill=0.8, memory=6.0))
    strong = gap.question(made.classify(skill=3.5, memory=6.0))
    assert weak.verdict == "warn"
    assert strong.verdict == "pass"
    assert strong.low is not None
    assert strong.low > 0
    assert "not by itself overfitting" in strong.advice.say("en")


def test_a_test_set_easier_than_training_warns():
    assert gap.question(made.classify(shift=-3.0)).verdict == "warn"


def test_for_errors_a_gap_has_the_other_sign():
    e = made.regress(noise=1.0)
    learned = {**e.outputs, "train": e.targets["train"][:, None] * 0.99}
    found = gap.question(replace(e, outputs=learned))
    assert found.figure < 0
    assert "test" in found.details


def test_a_test_that_falls_short_of_validation_fails():
    assert selection.question(made.classify(shift=2.5)).verdict == "fail"
    assert selection.question(SOUND).verdict == "pass"


def test_the_corrected_score_lies_on_the_worse_side():
    assert selection.question(SOUND).details["corrected"] < SOUND.scores("validation").mean()
    corrected = selection.question(NUMBERS).details["corrected"]
    assert corrected > NUMBERS.scores("validation").mean()


def test_flattery_is_told_only_where_it_shows():
    assert "flatters the best by about 0.9 points" in selection.question(SOUND).says.say("en")
    slight = replace(SOUND, selection={"looks": 6, "optimism": 0.0002})
    assert "flatters" not in selection.question(slight).says.say("en")


def test_a_shrunk_runs_choice_ended_on_the_test_rows():
    said = selection.question(replace(SOUND, facts={"shrunk": {"name": "bag int8"}})).says
    assert said.say("en").startswith("picked among 3 candidates by 700 validation rows, then acc")
    assert "验收" in said.say("zh")


def test_a_unit_on_both_sides_fails():
    units = np.arange(2400)
    units[SOUND.rows["test"][3]] = units[SOUND.rows["train"][5]]
    found = twins.question(replace(SOUND, units=units))
    assert found.verdict == "fail"
    assert found.details["units"] == 1


def test_a_group_on_both_sides_fails_and_missing_groups_do_not():
    groups = np.array([f"person {i // 100}" for i in range(2400)], dtype=object)
    groups[:50] = groups[-50:] = None
    assert twins.question(replace(SOUND, groups=groups)).verdict == "pass"
    groups[-60] = "person 1"
    found = twins.question(replace(SOUND, groups=groups))
    assert found.verdict == "fail"
    assert found.details["groups"] == 1


@pytest.mark.parametrize(("copies", "verdict"), [(0, "pass"), (1, "warn"), (40, "fail")])
def test_near_copies_that_the_split_missed_are_found(copies, verdict):
    cells = made.texts(2400, 1)
    for k in range(copies):
        cells[1600 + k] = cells[k].upper()[:-1] + "!"
    sizes = {"train": 900, "validation": 700, "test": 400}
    found = twins.question(made.classify(cells=cells, sizes={**sizes, "test": 400}))
    assert found.verdict == verdict
    assert found.figure == copies / 400
    assert len(found.details["copies"]) == min(copies, 5)


def test_short_rows_are_compared_exactly():
    cells = [f"{i % 7}" for i in range(900)] + [f"x{i}" for i in range(1500)]
    found = twins.question(made.classify(cells=cells))
    assert found.verdict == "pass"
    assert "exact" in found.would_have_seen.say("en")
    cells[-1] = "3"
    sizes = {"train": 900, "validation": 1100, "test": 400}
    assert twins.question(made.classify(cells=cells, sizes=sizes)).verdict == "warn"


def test_chinese_near_copies_are_found():
    rng = np.random.default_rng(0)
    cells = ["".join(chr(0x4E00 + c) for c in rng.integers(0, 900, 60)) for _ in range(2400)]
    cells[1700] = cells[8][:30] + "差" + cells[8][31:]
    sizes = {"train": 900, "validation": 700, "test": 200}
    assert twins.question(made.classify(cells=cells, sizes=sizes)).figure == 1 / 200


def test_over_confidence_is_seen_and_called_mended_when_the_temperature_mends_it():
    off = calibration.question(made.classify(sure=2.0))
    mended = calibration.question(made.classify(sure=2.0, temperature=2.0))
    assert off.verdict in ("warn", "fail")
    assert off.p < 0.01
    assert mended.verdict == "pass"
    assert mended.details["mended"]
    assert "mended" in mended.says.say("en")


def test_confidence_that_is_far_off_misleads():
    assert calibration.question(made.classify(sure=8.0, skill=1.0)).verdict == "fail"


def test_calibration_cannot_be_judged_on_few_rows():
    few = made.classify(sizes={"train": 60, "validation": 40, "test": 10})
    assert calibration.question(few).verdict == "cannot tell"


def test_a_confidence_that_never_varies_passes_nothing():
    found = calibration.question(made.classify(skill=0.0))
    assert found.verdict == "cannot tell"
    assert "hardly varies" in found.would_have_seen.say("en")


def test_a_class_that_is_never_found_fails():
    e = made.classify(classes=4)
    outputs = {part: out.copy() for part, out in e.outputs.items()}
    outputs["test"][:, 2] = -99
    found = confusion.question(replace(e, outputs=outputs))
    assert found.verdict == "fail"
    assert found.figure == 0
    assert found.says.values["label"] == "class 2"


def test_a_class_found_much_less_often_warns():
    e = made.classify(classes=3, skill=4.0)
    outputs = {part: out.copy() for part, out in e.outputs.items()}
    outputs["test"][:, 1] -= 2.5
    assert confusion.question(replace(e, outputs=outputs)).verdict == "warn"


def test_one_class_in_the_test_rows_cannot_be_compared():
    e = made.classify()
    targets = {**e.targets, "test": np.zeros_like(e.targets["test"])}
    assert confusion.question(replace(e, targets=targets)).verdict == "cannot tell"


def test_no_class_with_enough_rows_is_said_in_words():
    few = made.classify(sizes={"train": 60, "validation": 40, "test": 4})
    found = confusion.question(few)
    assert found.verdict == "cannot tell"
    assert found.says.say("en").startswith("no class has 5 test rows")


def test_of_fifty_classes_the_most_confused_are_drawn():
    sizes = {"train": 900, "validation": 700, "test": 4000}
    found = confusion.question(made.classify(classes=50, sizes=sizes))
    assert len(found.details["labels"]) == len(found.details["matrix"]) == confusion.DRAWN
    assert len(found.details["recalls"]) == 50
    assert found.details["pairs"][0][2] >= found.details["pairs"][1][2]


def test_sure_mistakes_beyond_what_confidence_allows_are_seen():
    e = made.classify(skill=4.0)
    targets = {part: t.copy() for part, t in e.targets.items()}
    targets["test"][:80] = 1 - targets["test"][:80]  # wrong labels
    found = worst.mistakes(replace(e, targets=targets))
    assert found.verdict == "fail"
    confidences = [example["confidence"] for example in found.details["examples"]]
    assert confidences == sorted(confidences, reverse=True)
    flipped = sum(example["row"] - 1601 < 80 for example in found.details["examples"])
    assert flipped >= 6  # the queue leads to the wrong labels


def test_a_handful_of_sure_rows_passes_nothing():
    few = made.classify(sizes={"train": 60, "validation": 40, "test": 6})
    found = worst.mistakes(few)
    assert found.verdict == "cannot tell"
    assert "too few" in found.would_have_seen.say("en")


def test_a_few_wild_rows_that_make_the_error_are_seen():
    found = worst.errors(made.regress(wild=8))
    assert found.verdict in ("warn", "fail")
    assert {example["row"] for example in found.details["examples"]} == set(range(1601, 1609))


def test_the_tail_share_agrees_with_its_definition_and_its_simulated_spread():
    rng = np.random.default_rng(0)
    drawn = np.array([worst.tail_share(rng.exponential(size=1000)) for _ in range(400)])
    share = 0.05 * (1 + np.log(20))  # of an exponential's mean above its 95 % quantile
    assert drawn[:, 0].mean() == pytest.approx(share, abs=0.003)
    assert drawn[:, 1].mean() == pytest.approx(drawn[:, 0].std(), rel=0.15)


def test_bias_and_bent_predictions_are_seen():
    assert residuals.question(made.regress(bias=0.4)).verdict == "warn"
    assert residuals.question(made.regress(slope=1.4)).verdict == "warn"


def test_residuals_are_told_in_the_targets_own_units():
    found = residuals.question(made.regress(bias=0.5))  # the task's scale is 2
    assert found.details["bias"] == pytest.approx(1.0, abs=0.1)


def test_explained_variance_covers_the_truth():
    truth, hits = 1 / (1 + 0.5**2), 0
    for seed in range(60):
        found = residuals.question(made.regress(seed=seed))
        hits += found.low <= truth <= found.high
    assert hits >= 53  # 95 % of 60 is 57; fewer than 53 has a chance below 3 %


def test_what_cannot_be_told_is_concrete():
    facts = {"source": "/home/me/secret/reviews.csv", "plan": {"time": "day"}}
    groups = np.array([f"g{i // 100}" for i in range(2400)])
    told = unseen.question(replace(SOUND, facts=facts, groups=groups))
    text = " ".join(gap["en"] for gap in told.details["gaps"])
    assert "reviews.csv" in text
    assert "secret" not in text
    assert "day" in text
    assert "8 in the test part" in text


def test_grouped_rows_widen_the_interval():
    groups = np.repeat(np.arange(240), 10)
    e = made.classify()
    same = {part: np.repeat(out[::10], 10, axis=0) for part, out in e.outputs.items()}
    truth = {part: np.repeat(t[::10], 10) for part, t in e.targets.items()}
    alone = replace(e, outputs=same, targets=truth)
    wide, narrow = score.question(replace(alone, groups=groups)), score.question(alone)
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_paired_rows_that_never_differ_are_no_certainty():
    right = np.ones(50)
    equal = paired(SOUND, right, right, "test")
    assert (equal.figure, equal.low, equal.high, equal.p) == (0, 0, 0, 1)


def test_the_unpaired_difference_is_newcombes():
    a, b = doubt.wilson(56, 70), doubt.wilson(48, 80)
    found = unpaired(56 / 70, a, 48 / 80, b)
    assert (found.low, found.high) == (
        pytest.approx(0.0524, abs=2e-4),
        pytest.approx(0.3339, abs=2e-4),
    )


def test_the_difference_that_is_said_to_show_shows_eight_times_in_ten():
    rng, n, hits = np.random.default_rng(1), 400, 0
    for _ in range(300):
        seen = smallest_seen(1 / np.sqrt(n))
        d = rng.normal(seen, 1, n)
        hits += abs(d.mean()) / (d.std(ddof=1) / np.sqrt(n)) > 2.576
    assert hits / 300 == pytest.approx(0.8, abs=0.07)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("part", ["train", "test"])
def test_outputs_that_are_no_numbers_are_refused(bad, part):
    outputs = {name: out.copy() for name, out in SOUND.outputs.items()}
    outputs[part][3, 0] = bad
    row = SOUND.rows[part][3] + 1
    with pytest.raises(RunError, match=rf"1 of .* {part} rows, first at source row {row}.*--fresh"):
        check(replace(SOUND, outputs=outputs))


def test_a_model_that_changed_since_the_fit_is_refused():
    ladder = [dict(rung) for rung in SOUND.ladder]
    ladder[1]["score"] += 0.03
    with pytest.raises(RunError, match="weights or codec changed"):
        check(replace(SOUND, ladder=ladder))


def test_missing_or_uneven_parts_are_refused():
    with pytest.raises(RunError, match="outputs of the test rows are missing"):
        check(replace(SOUND, outputs={k: SOUND.outputs[k] for k in ("train", "validation")}))
    with pytest.raises(RunError, match="differ in length"):
        check(replace(SOUND, targets={**SOUND.targets, "test": SOUND.targets["test"][:-1]}))


@pytest.mark.parametrize("make", [made.classify, made.regress])
@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_parts_of_hardly_any_rows_end_well(make, n):
    report = check(make(sizes={"train": max(n, 2), "validation": n, "test": n}))
    assert report.verdict in ("cannot tell", "fail")
    assert all(finding.says.say("zh") for finding in report.findings)


@pytest.mark.slow
def test_sound_models_are_seldom_flagged():
    flagged = [check(made.classify(seed=seed)).verdict != "pass" for seed in range(150)]
    assert sum(flagged) <= 14  # 5 % of 150 is 7.5; 15 or more has a chance below 1 %
