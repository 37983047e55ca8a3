"""The promises of bench/honesty, in small: every one of them is kept."""

import sys
from importlib import import_module
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench" / "honesty"
SCRIPTS = [
    "wilson",
    "intervals",
    "mcnemar",
    "choice",
    "best_of",
    "calibration",
    "tango",
    "diebold",
    "blocks",
    "walks",
]
LONG = ["features", "short"]  # minutes each


@pytest.fixture
def bench(monkeypatch):
    """The scripts, importable by their plain names for the length of one test."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(BENCH))
    yield import_module
    for name in set(sys.modules) - before:
        if Path(getattr(sys.modules[name], "__file__", None) or "").parent == BENCH:
            del sys.modules[name]


@pytest.mark.parametrize(
    "name", [*SCRIPTS, *(pytest.param(name, marks=pytest.mark.slow) for name in LONG)]
)
def test_promises_are_kept(bench, name):
    broken = [str(promise) for promise in bench(name).main(quick=True) if not promise.kept]
    assert not broken


def test_every_script_is_run_for_the_results_page(bench):
    assert set(bench("honesty").SCRIPTS) == {*SCRIPTS, *LONG}
    files = {path.stem for path in BENCH.glob("*.py")} - {"promise", "honesty"}
    assert files == {*SCRIPTS, *LONG}


def test_an_interval_too_short_is_seen(bench, monkeypatch):
    script = bench("wilson")
    honest = script.doubt.wilson
    monkeypatch.setattr(script.doubt, "wilson", lambda right, n: honest(right, n, 0.9))
    assert not any(promise.kept for promise in script.main(quick=True))


def test_a_correction_left_out_is_seen(bench, monkeypatch):
    script = bench("best_of")
    monkeypatch.setattr(script.selection, "_luck", lambda *_: 0.0)
    assert not any(promise.kept for promise in script.main(quick=True))
