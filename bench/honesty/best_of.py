"""Best of K: how much the winner's score flatters, before and after the correction.

K models answer n rows; half of a row's difficulty is shared by all models (correlation .5 of the
normal scores behind right and wrong). The bias is that of the winner's score against the winner's
own true score, in points. Three settings: all equal at .80; true scores spread evenly over
.70-.80; and one clearly best, .80 above others spread over .70-.75.

Beside our method stand what it was chosen from: the plain winner's score, plain bootstrap
bias-corrected cross-validation, 5-fold cross-validation of the choice, Efron's optimism, and the
expected maximum of normal noise with the scores' covariance.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from promise import Promise, show, table
from scipy.special import ndtri

from umbrella.base.seeds import generator
from umbrella.score import selection

Estimate = Callable[[NDArray, np.random.Generator], float]
SETTINGS = ("equal", "spread", "one best")


def true_scores(setting: str, looks: int) -> NDArray[np.float64]:
    """True share right of every model, [K]."""
    if looks == 1 or setting == "equal":
        return np.full(looks, 0.80)
    if setting == "spread":
        return np.linspace(0.70, 0.80, looks)
    return np.append(np.linspace(0.70, 0.75, looks - 1), 0.80)


def draw(rng: np.random.Generator, truth: NDArray, n: int) -> NDArray[np.float32]:
    """Right or wrong of every model on n rows, [K, n]."""
    shared = rng.standard_normal(n, dtype=np.float32)
    own = rng.standard_normal((len(truth), n), dtype=np.float32)
    return (np.sqrt(0.5) * (shared + own) < ndtri(truth)[:, None]).astype(np.float32)


def plain(scores: NDArray, rng: np.random.Generator) -> float:  # noqa: ARG001
    """The winner's score as it stands."""
    return float(scores.mean(axis=1).max())


def out_of_bag(scores: NDArray, rng: np.random.Generator) -> float:
    """Tsamardinos' bootstrap as published: n rows drawn, judged on those left out."""
    n = scores.shape[1]
    times = rng.multinomial(n, np.full(n, 1 / n), size=500).T.astype(np.float32)
    out = (times == 0).astype(np.float32)
    winners = np.argmax(scores @ times, axis=0)
    return float(np.mean((scores @ out)[winners, np.arange(500)] / out.sum(axis=0)))


def folds(scores: NDArray, rng: np.random.Generator) -> float:
    """Choose on four fifths, judge on the fifth, twenty times over."""
    n, rounds, total = scores.shape[1], 20, 0.0
    sums = scores.sum(axis=1)
    for _ in range(rounds):
        parts = rng.permutation(n) % 5
        inside = np.stack([scores[:, parts == part].sum(axis=1) for part in range(5)], axis=1)
        total += inside[np.argmax(sums[:, None] - inside, axis=0), np.arange(5)].sum()
    return float(total / (n * rounds))


def efron(scores: NDArray, rng: np.random.Generator) -> float:
    """Efron's optimism: the drawn winner's lead over its own score on all rows."""
    n, means = scores.shape[1], scores.mean(axis=1)
    drawn = scores @ rng.multinomial(n, np.full(n, 1 / n), size=300).T.astype(np.float32) / n
    winners = np.argmax(drawn, axis=0)
    return float(means.max() - np.mean(drawn[winners, np.arange(300)] - means[winners]))


def normal_maximum(scores: NDArray, rng: np.random.Generator) -> float:
    """The expected maximum of K equal models with the scores' covariance."""
    n, means = scores.shape[1], scores.mean(axis=1)
    noise = (scores - means[:, None]) @ rng.standard_normal((n, 300), dtype=np.float32) / n
    return float(means.max() - noise.max(axis=0).mean())


METHODS: dict[str, Estimate] = {
    "raw": plain,
    "plain bootstrap": out_of_bag,
    "5 folds": folds,
    "Efron": efron,
    "normal max": normal_maximum,
}


def errors(
    setting: str, n: int, looks: int, runs: int, methods: dict[str, Estimate]
) -> tuple[dict[str, NDArray[np.float64]], float]:
    """Error of every method in every run, in points, and how often our interval held the truth."""
    rng, truth = generator(0, setting, n, looks), true_scores(setting, looks)
    found: dict[str, list[float]] = {name: [] for name in ("ours", *methods)}
    held = 0
    for _ in range(runs):
        scores = draw(rng, truth, n)
        one = selection.best_of(scores)
        aim = float(truth[one.best])
        found["ours"].append(100 * (one.corrected - aim))
        held += one.interval.holds(aim)
        for name, method in methods.items():
            found[name].append(100 * (method(scores, rng) - aim))
    return {name: np.array(values) for name, values in found.items()}, held / runs


def main(quick: bool) -> list[Promise]:
    """Bias in every cell; quick takes two sizes of one n and leaves out the other methods."""
    lines, rows = [], []
    methods = dict(list(METHODS.items())[: 1 if quick else None])
    for setting in SETTINGS:
        for n in (100,) if quick else (100, 500, 2000):
            for looks in (10, 50) if quick else (1, 10, 50, 200):
                runs = 60 if quick else int(np.clip(3e7 / (n * looks), 150, 1000))
                found, held = errors(setting, n, looks, runs, methods)
                bias = float(found["ours"].mean())
                chance = 2.6 * float(found["ours"].std()) / np.sqrt(runs) if quick else 0.0
                words = f"{bias:+.2f} (raw {found['raw'].mean():+.2f}; interval held {held:.1%})"
                what = f"best of {looks}, n={n}, {setting}"
                lines.append(Promise(what, "|bias| ≤ 1.0 point", words, abs(bias) - chance <= 1))
                cells = [f"{v.mean():+.2f} / {np.sqrt(np.mean(v**2)):.2f}" for v in found.values()]
                rows.append([setting, n, looks, runs, *cells, f"{held:.1%}"])
    TABLES["Best of K: bias / root mean squared error, in points"] = table(
        rows, ["true scores", "rows", "K", "runs", "ours", *methods, "our interval holds"]
    )
    return lines


TABLES: dict[str, str] = {}  # what main found in full, for the results page

if __name__ == "__main__":
    show(main)
    print(*TABLES.values(), sep="\n\n")
