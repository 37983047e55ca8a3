"""Sound as one row of numbers: statistics of its cepstrum, over the whole clip and part by part.

The quiet ends of a clip are left out first. Its frames are then cut into a few parts of equal
length, and each coefficient and its slope is averaged in each: so the row still tells what came
first. Loudness is measured from the clip's own mean.

Source: Tzanetakis, Cook 2002, "Musical Genre Classification of Audio Signals", for statistics of
a whole clip. Differs from it by the parts: on spoken digits of unseen speakers they bring a
linear model from 0.67 to 0.83 of the clips right.

Shapes: N clips, S frames of one, C coefficients, P parts, F = 2 P C + 4 C + 1 numbers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import BundleError, ConfigError, DataError
from umbrella.data.codecs import specs
from umbrella.data.codecs.sound import (
    check_settings,
    each,
    learn_scale,
    load,
    probes,
    settle_rate,
    spectrum_spec,
)
from umbrella.data.codecs.spectrum import Spectrum, cepstrum, slopes
from umbrella.data.codecs.standard import Standard

QUIET = 0.7  # a frame in the lowest part of its clip's range of loudness is quiet
TAILS = (0.1, 0.9)  # quantiles


@dataclass(frozen=True)
class StatsConfig:
    """How sound is seen."""

    rate: int | None = None  # samples a second; None: the commonest of the training files
    bands: int = 40
    hop_ms: float = 10.0
    window_ms: float = 25.0
    seconds: float = 30.0  # of a clip, from its start; the rest is left out
    coefficients: int = 13
    parts: int = 5

    def __post_init__(self) -> None:
        check_settings(self)
        if type(self.coefficients) is not int or not 1 <= self.coefficients <= self.bands:
            raise ConfigError(
                f"coefficients={self.coefficients!r} is not a whole number from 1 to bands "
                f"({self.bands})."
            )
        if type(self.parts) is not int or not 1 <= self.parts <= 100:
            raise ConfigError(f"parts={self.parts!r} is not a whole number from 1 to 100.")


class AudioStats:
    """Codec "audio-stats": see the module docstring. `AudioStats(parts=1).fit(batches)`.

    Args:
        settings: the fields of `StatsConfig`.
    """

    name = "audio-stats"
    several: ClassVar[bool] = False
    Config = StatsConfig

    def __init__(self, **settings: Any) -> None:
        self.config = StatsConfig(**settings)
        self.scale = Standard()

    @property
    def numbers(self) -> int:
        """F."""
        return (2 * self.config.parts + 4) * self.config.coefficients + 1

    @property
    def probes(self) -> list[bytes]:
        """Four cells that show whether another version decodes or analyses otherwise."""
        return probes()

    @property
    def sizes(self) -> dict[str, Any]:
        """Fields of a network's config that the codec decides."""
        return {"numbers": self.numbers}

    def fit(self, batches: Iterable[Sequence[str | bytes | None]]) -> Self:
        """Settle the rate, and learn the mean and deviation of every number.

        Raises:
            DataError: no clip can be read.
            MissingExtraError: the library that decodes them is not installed.
        """
        rate, stream = settle_rate(batches, self.config.rate)
        self.config = replace(self.config, rate=rate)
        self.scale = learn_scale(stream, self._numbers)
        return self

    def encode(self, cells: Sequence[str | bytes | None]) -> dict[str, NDArray]:
        """The numbers of every clip.

        Args:
            cells: N paths, bytes of files, or None.

        Returns:
            "stats": float32 [N, F], in deviations from the mean of the training clips. A clip
            that is missing or cannot be read is all zeros, which is an average clip.
        """
        return self.examine(cells)[0]

    def examine(
        self, cells: Sequence[str | bytes | None]
    ) -> tuple[dict[str, NDArray], dict[int, str]]:
        """As `encode`, and by row why a cell could not be read."""
        made = each(cells, self._numbers)
        stats = np.zeros((len(cells), self.numbers), np.float32)
        faults = {}
        for at, row in enumerate(made):
            if isinstance(row, DataError):
                faults[at] = str(row)
            elif row is not None:
                stats[at] = self.scale.apply(row)
        return {"stats": stats}, faults

    def _numbers(self, cell: str | bytes) -> NDArray[np.float64]:
        config = self.config
        assert config.rate is not None
        wave = load(cell, config.rate, config.seconds)
        view = Spectrum(config.rate, config.bands, config.window_ms, config.hop_ms)
        return summary(view.log_mel(wave), config.coefficients, config.parts)

    def spec(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {"codec": self.name, **asdict(self.config), "scale": self.scale.spec()}

    @classmethod
    def from_spec(cls, spec: Any) -> Self:
        """Build the fitted codec from its stored form.

        Raises:
            BundleError: a field is absent, of a wrong type, out of range, or does not fit.
        """
        spec = specs.table(spec, cls.name)
        try:
            codec = cls(
                **spectrum_spec(spec),
                coefficients=specs.whole(spec, "coefficients", 1, 512),
                parts=specs.whole(spec, "parts", 1, 100),
            )
        except ConfigError as error:
            raise BundleError(f"A stored codec of sound is damaged: {error}") from error
        codec.scale = Standard.from_spec(specs.field(spec, "scale"), cls.name, codec.numbers)
        return codec


def summary(frames: NDArray[np.float64], coefficients: int, parts: int) -> NDArray[np.float64]:
    """The numbers of one clip, not scaled yet, [F].

    Args:
        frames: log-mel [S, K].
        coefficients: C ≤ K.
        parts: P.
    """
    loudness = frames.mean(axis=1)
    loud = np.flatnonzero(loudness >= loudness.max() - QUIET * np.ptp(loudness))
    kept = cepstrum(frames[loud[0] : loud[-1] + 1], coefficients)
    kept[:, 0] -= kept[:, 0].mean()
    both = np.concatenate([kept, slopes(kept)], axis=1)
    edges = np.linspace(0, len(both), parts + 1)
    firsts, lasts = np.floor(edges[:-1]).astype(int), np.ceil(edges[1:]).astype(int)
    means = [both[first:last].mean(axis=0) for first, last in zip(firsts, lasts, strict=True)]
    tails = np.quantile(kept, TAILS, axis=0)
    return np.concatenate([*means, both.std(axis=0), *tails, [np.log(len(kept))]])
