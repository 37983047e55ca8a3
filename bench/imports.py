"""What starting costs: CPU seconds of importing and of the help, and the size of the base install.

Every figure is the median over fresh processes, beside an interpreter that does nothing. CPU time
is user plus system time of the process, so a busy machine changes it little.
"""

import json
import resource
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from statistics import median

REPEATS = 9
RESULT = Path(__file__).parent / "results" / "imports.json"
COMMAND = str(Path(sys.executable).parent / "umbrella")
CASES = {  # name → (command, most seconds that are allowed)
    "an empty interpreter": ([sys.executable, "-c", "pass"], None),
    "import umbrella": ([sys.executable, "-c", "import umbrella"], 0.15),
    "import umbrella.lite": ([sys.executable, "-c", "import umbrella.lite"], None),
    "umbrella --help": ([COMMAND, "--help"], 0.3),
}
WATCHED = ("torch", "sklearn", "polars", "onnxruntime", "matplotlib", "numpy")


def main() -> int:
    """Measure, print, keep the figures; 1 when a limit is broken."""
    figures = {name: measure(command) for name, (command, _) in CASES.items()}
    broken = []
    print(f"{'CPU seconds, median of ' + str(REPEATS):32}{'took':>8}{'limit':>8}")
    for name, (_, limit) in CASES.items():
        print(f"{name:32}{figures[name]:8.3f}{limit if limit else '–':>8}")
        if limit is not None and figures[name] > limit:
            broken.append(name)
    loaded = {code: loads(code) for code in ("import umbrella", "import umbrella.lite")}
    for code, names in loaded.items():
        print(f"{code} loads {', '.join(names) or 'none'} of {', '.join(WATCHED)}")
    packages = sorted(required("umbrella"))
    print(f"the base install is {len(packages)} packages beside umbrella (limit: under 40)")
    result = {"seconds": figures, "loaded": loaded, "packages": packages, "broken": broken}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    return 1 if broken or len(packages) >= 40 else 0


def measure(command: list[str]) -> float:
    """Median CPU seconds of a process; one unmeasured run first warms the disk cache."""
    return median([cpu_seconds(command) for _ in range(REPEATS + 1)][1:])


def cpu_seconds(command: list[str]) -> float:
    """User and system time of one finished process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def loads(code: str) -> list[str]:
    """Which of the watched libraries a line of Python pulls in."""
    script = f"{code}; import sys; print(*[n for n in {WATCHED!r} if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    return done.stdout.split()


def required(name: str, seen: frozenset[str] = frozenset()) -> set[str]:
    """Every package that a plain install of this one brings, by the installed metadata."""
    from packaging.requirements import Requirement

    found: set[str] = set()
    for text in metadata.requires(name) or []:
        requirement = Requirement(text)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        child = requirement.name.lower().replace("_", "-")
        if child not in seen | found:
            found |= {child} | required(child, seen | found | {child})
    return found


if __name__ == "__main__":
    sys.exit(main())
