"""Does a forecast beat the naive ones beyond doubt? It is held against both, on the test origins.

The last value knows the present, the last season knows the calendar. Diebold and Mariano's test
over moments holds each against the model; only what beats both is said to beat the naive forecast
(an intersection-union test: Berger 1982, Technometrics 24:295), and the harder one is told of. Were
it chosen on validation, times that change would leave the easier one to beat.

Shapes: n origins of a part, H steps ahead, N steps of all series.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.data.codecs.windows import AT_ONCE, Ahead, OfSeries, fill_forward
from umbrella.data.panel import Panel
from umbrella.fit.prepare import Prepared
from umbrella.score.diebold import (
    Comparison,
    by_date,
    diebold_mariano,
    needed,
    wave_count,
    wave_variance,
)

DOUBT = 0.05  # two-sided p below which a difference is beyond doubt
LAST, SEASON = "last-value", "seasonal-naive"


@dataclass(frozen=True)
class AgainstNaive:
    """What the test origins say.

    Args:
        reference: the naive forecast that is harder to beat, LAST or SEASON; where the model is one
            of the two itself, that one.
        model, naive: mean error of each on the test origins, in scales.
        found: the test; its mean is the model's error less the naive one.
        spread: standard error of that mean.
        origins: how many there are.
        horizon: steps ahead that are forecast.
        naives: naive forecasts among which it was the harder one.
    """

    reference: str
    model: float
    naive: float
    found: Comparison
    spread: float
    origins: int
    horizon: int = 1
    naives: int = 1

    @property
    def beats(self) -> bool:
        """Whether the model is better beyond doubt."""
        return self.found.mean < 0 and self.found.p < DOUBT

    @property
    def same(self) -> bool:
        """Whether the model is the naive forecast itself."""
        return self.found.note == "equal" or (self.found.mean == 0 and self.model == self.naive)

    @property
    def told(self) -> bool:
        """Whether anything was compared: there are two forecasts, and moments enough."""
        return not self.same and not self.found.few

    def verdict(self) -> Sentence:
        """The verdict in so many words."""
        if self.found.mean > 0 and self.naives * self.found.p < DOUBT:
            return sentence("forecast.worse")
        return sentence("forecast.beats" if self.beats else "forecast.not_beats")

    def says(self) -> Sentence:
        """The verdict with its figures."""
        key = "opening" if self.told else "same" if self.same else "few"
        return sentence(
            f"forecast.{key}",
            **self.counts(),
            verdict=self.verdict(),
            naive=sentence(f"forecast.naive.{self.reference}"),
            model=self.model,
            error=self.naive,
            p=self.found.p,
            n=self.origins,
        )

    def counts(self) -> dict[str, int]:
        """Moments there are, moments needed, steps ahead: what a sentence on too few says."""
        return {"dates": self.found.dates, "least": needed(self.horizon), "steps": self.horizon}

    def facts(self) -> dict[str, Any]:
        """JSON-safe, for run.json."""
        return {
            "reference": self.reference,
            "beats": self.beats,
            "told": self.told,
            "model": self.model,
            "naive": self.naive,
            "p": self.found.p if self.told else None,
            "says": self.says().to_json(),
        }


def naive_forecasts(
    panel: Panel, targets: Ahead, season: int, at: NDArray[np.int64]
) -> dict[str, NDArray[np.float32]]:
    """What the naive forecasts answer, as changes over scales, [n, H] each.

    Args:
        panel: the series.
        targets: of all origins, as `WindowCodec.targets` gives them.
        season: steps of one season; without one (1) there is only the last value.
        at: which of the origins, [n].

    Source: Hyndman & Athanasopoulos 2021, Forecasting: Principles and Practice, section 5.2.
    """
    assert targets.base is not None
    assert targets.scales is not None
    origins = targets.origins[at]
    made = {LAST: np.zeros((len(origins), targets.length), np.float32)}
    if season > 1:
        firsts = OfSeries(panel.offsets[:-1], panel.offsets)
        known = fill_forward(targets.values[:, :1], firsts)[:, 0]
        ahead = np.arange(1, targets.length + 1)
        back = ahead - season * -(-ahead // season)
        whole = np.empty((len(origins), targets.length), np.float32)
        each = max(1, AT_ONCE // targets.length)
        for some in (slice(n, n + each) for n in range(0, len(origins), each)):
            steps = np.maximum(origins[some][:, None] + back, firsts[origins[some]][:, None])
            base, scales = targets.base[at[some]][:, None], targets.scales[at[some]][:, None]
            whole[some] = np.nan_to_num((known[steps] - base) / scales)
        made[SEASON] = whole
    return made


def against_naive(prepared: Prepared, outputs: NDArray) -> AgainstNaive:
    """Hold a model's answers against the naive ones.

    Args:
        prepared: of series.
        outputs: to the test origins, [n, H].
    """
    assert prepared.panel is not None
    assert isinstance(prepared.targets, Ahead)
    season, at = int(prepared.shared["season"]), prepared.part("test")
    goals, dates = prepared.targets[at], prepared.split.unit[at]
    made = naive_forecasts(prepared.panel, prepared.targets, season, at)
    mine = prepared.task.row_scores(outputs, goals)
    for name, one in made.items():
        if _same(outputs, one):  # to beat the other naive forecast would prove nothing of it
            return compared(name, mine, mine, dates, prepared)
    against = [
        compared(name, mine, prepared.task.row_scores(one, goals), dates, prepared)
        for name, one in made.items()
    ]
    unbeaten = [one for one in against if not one.beats]
    return replace(min(unbeaten or against, key=lambda one: one.naive), naives=len(against))


def _same(outputs: NDArray, naive: NDArray) -> bool:
    """Whether a model forecasts what the naive one does; told by its first origins mostly."""
    each = max(1, AT_ONCE // max(1, outputs[:1].size))
    return all(
        np.allclose(outputs[start : start + each], naive[start : start + each], atol=1e-5)
        for start in range(0, len(outputs), each)
    )


def compared(
    reference: str, mine: NDArray, naive: NDArray, dates: NDArray, prepared: Prepared
) -> AgainstNaive:
    """The test of one naive forecast's losses against the model's.

    Args:
        reference: its name.
        mine, naive: losses of every origin, [n].
        dates: moment of every origin, [n].
        prepared: tells the horizon.
    """
    horizon = prepared.targets.shape[1]
    found = diebold_mariano(mine, naive, horizon, dates)
    daily = by_date(mine - naive, dates)
    spread = np.sqrt(wave_variance(daily, wave_count(daily, horizon)) / len(daily))
    means = float(mine.mean()), float(naive.mean())
    return AgainstNaive(reference, *means, found, float(spread), len(mine), horizon)


def facts_beside_naive(prepared: Prepared, validation: NDArray, test: NDArray) -> dict[str, Any]:
    """What run.json holds of the verdict, the score of the last validation stretch alone, and the
    naive forecast's error on all stretches that rungs were chosen by.

    Args:
        prepared: the data; nothing is said where it is no series.
        validation: outputs to all validation origins, those of the last stretch last.
        test: outputs to the test origins.
    """
    if prepared.panel is None:
        return {}
    goals = prepared.part_targets("validation")
    score = prepared.task.row_scores(validation[-len(goals) :], goals).mean()
    found, walk = against_naive(prepared, test), (*prepared.earlier, prepared)
    errors = np.concatenate([_naive_errors(one, found.reference) for one in walk])
    chosen_by = {"stretches": len(walk), "origins": len(errors), "naive": float(errors.mean())}
    return {"against_naive": found.facts() | {"seen": float(score), "chosen_by": chosen_by}}


def _naive_errors(prepared: Prepared, name: str) -> NDArray[np.float64]:
    """A naive forecast's error at the validation origins of one stretch, [n]."""
    assert prepared.panel is not None
    assert isinstance(prepared.targets, Ahead)
    season, at = int(prepared.shared["season"]), prepared.part("validation")
    made = naive_forecasts(prepared.panel, prepared.targets, season, at)[name]
    return prepared.task.row_scores(made, prepared.targets[at])
