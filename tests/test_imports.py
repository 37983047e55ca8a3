"""What an import pulls in: `import umbrella` and the help stay light, `lite` runs without torch."""

import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

REPO = Path(__file__).parents[1]
HEAVY = ("torch", "sklearn", "polars", "onnxruntime", "matplotlib", "scipy", "optuna", "onnx")
CUDA = ("nvidia-", "cuda-", "triton")
HELP = "import sys; sys.argv = ['umbrella', '--help']; from umbrella.cli import main"
CASES = {
    "import umbrella": ("import umbrella", HEAVY),
    "umbrella --help": (f"{HELP}\ntry: main()\nexcept SystemExit: pass", HEAVY),
    "import umbrella.lite": ("import umbrella.lite", ("torch", "sklearn", "matplotlib", "polars")),
}


@pytest.mark.parametrize("case", CASES)
def test_starting_pulls_in_no_heavy_library(case):
    code, heavy = CASES[case]
    assert loaded(code, heavy) == []


def test_a_heavy_import_would_be_noticed():
    assert loaded("import wave", ("wave", "chunk")) == ["wave"]


def test_the_verb_fit_survives_the_import_of_the_folder_of_the_same_name():
    code = "import umbrella, umbrella.fit.settings\nassert callable(umbrella.fit), umbrella.fit"
    loaded(code, ())


def loaded(code, names):
    """Which of the named libraries a fresh interpreter holds after running the code."""
    report = f"\nimport sys\nprint('HELD', *[n for n in {tuple(names)!r} if n in sys.modules])"
    ended = subprocess.run(
        [sys.executable, "-c", code + report], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()[-1].split()[1:]


def test_constraints_pin_exactly_what_the_extras_install():
    lines = (REPO / "constraints.txt").read_text().splitlines()
    pinned = {canonical(line.split("==")[0]) for line in lines if "==" in line}
    needed = closure("umbrella", {"train", "image", "audio", "video", "samples", "dev"}) - {
        "umbrella",
        "setuptools",
    }
    needed = {name for name in needed if not name.startswith(CUDA)}  # torch's own, by its build
    assert needed - pinned == set(), "not pinned in constraints.txt"
    assert pinned - needed == set(), "pinned in constraints.txt, and nothing needs it"


def test_base_install_stays_under_forty_packages_and_without_torch():
    base = closure("umbrella", set())
    assert len(base) < 40
    assert base.isdisjoint({"torch", "scikit-learn", "matplotlib", "onnx"})


def closure(root, extras):
    """Every distribution that installing one with these extras brings, itself included."""
    found, todo = set(), [(canonical(root), frozenset(extras))]
    seen = set()
    while todo:
        name, wanted = todo.pop()
        found.add(name)
        for text in metadata.requires(name) or []:
            requirement = Requirement(text)
            child = (canonical(requirement.name), frozenset(requirement.extras))
            if child not in seen and applies(requirement, wanted):
                seen.add(child)
                todo.append(child)
    return found


def applies(requirement, extras):
    """Whether a requirement counts on this machine when these extras were asked for."""
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in {"", *extras})


def canonical(name):
    """`Foo_Bar` and `foo-bar` are one package."""
    return re.sub(r"[-_.]+", "-", name).lower()
