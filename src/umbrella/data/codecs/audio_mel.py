"""Sound as a row of frames: how strong each band of the mel scale is, every few milliseconds.

Shapes: N clips, S frames of all of them, K bands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import BundleError, ConfigError, DataError
from umbrella.data.codecs import specs
from umbrella.data.codecs.ragged import Ragged
from umbrella.data.codecs.sound import (
    check_settings,
    each,
    learn_scale,
    load,
    probes,
    settle_rate,
    spectrum_spec,
)
from umbrella.data.codecs.spectrum import Spectrum
from umbrella.data.codecs.standard import Standard

PAD = -1e4  # fills every band of a frame beyond a clip's end; no frame of a clip comes near it
CENTRES = ("none", "level", "band")


@dataclass(frozen=True)
class MelConfig:
    """How sound is seen."""

    rate: int | None = None  # samples a second; None: the commonest of the training files
    bands: int = 40
    hop_ms: float = 10.0
    window_ms: float = 25.0
    seconds: float = 10.0  # of a clip, from its start; the rest is left out
    centre: str = "level"  # taken from a clip: its mean power, the mean of each "band", or "none"

    def __post_init__(self) -> None:
        check_settings(self)
        if self.centre not in CENTRES:
            raise ConfigError(f"centre={self.centre!r} is not one of {', '.join(CENTRES)}.")


class AudioMel:
    """Codec "audio-mel": see the module docstring. `AudioMel(bands=64).fit(batches)`.

    Args:
        settings: the fields of `MelConfig`.
    """

    name = "audio-mel"
    several: ClassVar[bool] = False
    Config = MelConfig

    def __init__(self, **settings: Any) -> None:
        self.config = MelConfig(**settings)
        self.scale = Standard()

    @property
    def probes(self) -> list[bytes]:
        """Four cells that show whether another version decodes or analyses otherwise."""
        return probes()

    @property
    def sizes(self) -> dict[str, Any]:
        """Fields of a network's config that the codec decides."""
        return {"bands": self.config.bands}

    def fit(self, batches: Iterable[Sequence[str | bytes | None]]) -> Self:
        """Settle the rate, and learn the mean and deviation of every band.

        Raises:
            DataError: no clip can be read.
            MissingExtraError: the library that decodes them is not installed.
        """
        rate, stream = settle_rate(batches, self.config.rate)
        self.config = replace(self.config, rate=rate)
        self.scale = learn_scale(stream, self._frames)
        return self

    def encode(self, cells: Sequence[str | bytes | None]) -> dict[str, Ragged]:
        """The frames of every clip.

        Args:
            cells: N paths, bytes of files, or None.

        Returns:
            "mel": float32 [S, K], padded by PAD. A clip that is missing or cannot be read is one
            frame of zeros, which is an average frame.
        """
        return self.examine(cells)[0]

    def examine(
        self, cells: Sequence[str | bytes | None]
    ) -> tuple[dict[str, Ragged], dict[int, str]]:
        """As `encode`, and by row why a cell could not be read."""
        made = each(cells, lambda cell: self.scale.apply(self._frames(cell)))
        average = np.zeros((1, self.config.bands), np.float32)
        rows = [frames if isinstance(frames, np.ndarray) else average for frames in made]
        values = np.concatenate([np.empty((0, self.config.bands), np.float32), *rows])
        offsets = np.cumsum([0, *map(len, rows)], dtype=np.int64)
        faults = {at: str(one) for at, one in enumerate(made) if isinstance(one, DataError)}
        return {"mel": Ragged(values, offsets, PAD)}, faults

    def _frames(self, cell: str | bytes) -> NDArray[np.float64]:
        """Log-mel frames of one file, centred, [frames, K]."""
        config = self.config
        assert config.rate is not None
        wave = load(cell, config.rate, config.seconds)
        view = Spectrum(config.rate, config.bands, config.window_ms, config.hop_ms)
        frames = view.log_mel(wave)
        if config.centre == "level":  # of power, for silence around a word should not weigh
            frames -= np.log(np.exp(frames).mean())
        elif config.centre == "band":
            frames -= frames.mean(axis=0)
        return frames

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
            codec = cls(**spectrum_spec(spec), centre=specs.choice(spec, "centre", CENTRES))
        except ConfigError as error:
            raise BundleError(f"A stored codec of sound is damaged: {error}") from error
        codec.scale = Standard.from_spec(specs.field(spec, "scale"), cls.name, codec.config.bands)
        return codec
