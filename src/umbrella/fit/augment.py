"""Training rows varied as the world varies them, a whole batch at a time, on its own device.

Pictures ("pixels", uint8 [B, S, S, 3]) are flipped, moved, zoomed, recoloured, covered and mixed;
videos ("frames", uint8 [B, T, S, S, 3]) likewise but for the mixing, all pictures of one alike;
sounds ("mel", float [B, T, K]) are moved, made louder, roughened and covered. All is off unless
asked for, and drawn from the seed alone: the same seed, the same batch.

Sources: Krizhevsky 2012 (flips, crops); DeVries, Taylor 2017, arXiv:1708.04552 (cutout); Zhang et
al. 2018, arXiv:1710.09412 (mixup); Yun et al. 2019, arXiv:1905.04899 (cutmix); Park et al. 2019,
arXiv:1904.08779 (bands of time and frequency).

Shapes: B rows, S edge of a picture, T pictures of a video or frames of a sound, K bands.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import Tensor

from umbrella.base.errors import ConfigError, unknown
from umbrella.base.seeds import derive
from umbrella.fit import vary
from umbrella.fit.vary import Draw
from umbrella.models.audio.frames import PAD, real_frames

MOST = {"mixup": 10.0, "cutmix": 10.0, "gain": 10.0, "noise": 10.0}  # other settings end at 1


@dataclass(frozen=True)
class AugmentConfig:
    """How much rows are varied; 0 leaves them alone.

    Args:
        flip: chance that left and right are swapped.
        crop: a picture moves by up to this share of its edge, mirrored at the border.
        zoom: a picture shows a cut-out of 1 − zoom to 1 of its edge, scaled up again.
        colour: brightness, contrast and saturation change by up to this share.
        cutout: edge of the covered square as a share of the picture's.
        mixup: two rows are blended; their shares are drawn from Beta(mixup, mixup).
        cutmix: a rectangle comes from another row; its area is drawn from Beta(cutmix, cutmix).
            With both, each batch gets one or the other.
        shift: a sound moves round by up to this share of its frames.
        gain: it becomes louder or softer by up to this much, in the units of "mel".
        noise: deviation of what is added to every value, in the units of "mel".
        frames: width of a covered band of time, at most, as a share of the frames.
        bands: width of a covered band of frequencies, at most, as a share of them.
    """

    flip: float = 0.0
    crop: float = 0.0
    zoom: float = 0.0
    colour: float = 0.0
    cutout: float = 0.0
    mixup: float = 0.0
    cutmix: float = 0.0
    shift: float = 0.0
    gain: float = 0.0
    noise: float = 0.0
    frames: float = 0.0
    bands: float = 0.0

    def __post_init__(self) -> None:
        for name in (f.name for f in fields(self)):
            value, most = getattr(self, name), MOST.get(name, 1.0)
            if not isinstance(value, int | float) or not 0 <= value <= most:
                raise ConfigError(f"{name}={value!r} is not in 0..{most:g}. Use 0 to leave it out.")
        if self.zoom == 1:
            raise ConfigError("zoom=1 leaves nothing of a picture. Use less, e.g. 0.3.")


@dataclass(frozen=True)
class Mix:
    """What became of the rows: loss = share · loss(y) + (1 − share) · loss(y[order]).

    Args:
        order: int64 [B], the row that each row was mixed with.
        share: of the row itself, in [0, 1].
    """

    order: Tensor
    share: float


class Augment:
    """Vary batches; `Augment({"flip": 0.5})(inputs, seed)`.

    Args:
        settings: fields of `AugmentConfig`; the others stay off.

    Raises:
        ConfigError: no such setting, or a value out of range.
    """

    def __init__(self, settings: Mapping[str, Any]) -> None:
        known = [f.name for f in fields(AugmentConfig)]
        for name in settings:
            if name not in known:
                raise unknown("setting of augment", name, known)
        self.config = AugmentConfig(**settings)
        self.kinds: dict[str, Callable[[Tensor, Draw], Tensor]] = {
            "pixels": self._vary_pixels,
            "frames": self._vary_clips,
            "mel": self._vary_mel,
        }

    def __call__(
        self, inputs: dict[str, Tensor], seed: int
    ) -> tuple[dict[str, Tensor], Mix | None]:
        """Vary one batch.

        Args:
            inputs: name → [B, …]; a name that ends in "pixels", "frames" or "mel" is varied, of
                the same shape, dtype and range; others are passed on. Nothing given is written to.
            seed: all that is drawn follows from it and the input's name.

        Returns:
            The varied inputs, and how rows were mixed; None where they were not. Rows are mixed
            only where every input is a picture, for other inputs would tell on them.
        """
        out = {}
        for name, x in inputs.items():
            varied = next((v for end, v in self.kinds.items() if _is(name, end)), None)
            out[name] = x if varied is None else varied(x, Draw(derive(seed, name), x))
        if not (self.config.mixup or self.config.cutmix) or not all(_is(n, "pixels") for n in out):
            return out, None
        return self._mixed(out, derive(seed, "mix"))

    def _vary_pixels(self, pixels: Tensor, draw: Draw) -> Tensor:
        config = self.config
        pixels = self._placed(pixels, draw)
        if config.colour:
            pixels = vary.recolour(pixels, draw, config.colour)
        if config.cutout:
            pixels = vary.cover(pixels, draw, config.cutout)
        return pixels

    def _vary_clips(self, frames: Tensor, draw: Draw) -> Tensor:
        """All pictures of a clip alike, as if the camera had stood elsewhere."""
        config = self.config
        # Side by side, as channels of one picture, they are moved and covered in the same place.
        deep = frames.permute(0, 2, 3, 1, 4)
        placed = self._placed(deep.flatten(3), draw)
        if config.cutout:
            placed = vary.cover(placed, draw, config.cutout)
        frames = placed.unflatten(3, deep.shape[3:]).permute(0, 3, 1, 2, 4)
        if config.colour:  # one below the other, they are lit by the same light
            lit = vary.recolour(frames.flatten(1, 2), draw, config.colour)
            frames = lit.unflatten(1, frames.shape[1:3])
        return frames.contiguous()

    def _placed(self, pixels: Tensor, draw: Draw) -> Tensor:
        config = self.config
        if config.zoom:
            pixels = vary.zoom(pixels, draw, config.zoom)
        if config.flip or config.crop:
            pixels = vary.move(pixels, draw, config.flip, config.crop)
        return pixels

    def _vary_mel(self, mel: Tensor, draw: Draw) -> Tensor:
        config, (frames, real) = self.config, real_frames(mel)
        if config.shift:
            frames = vary.roll(frames, draw, real, config.shift)
        if config.gain:
            frames = frames + draw.around(config.gain, 3)
        if config.noise:
            frames = frames + config.noise * draw.normal(frames.shape)
        if config.frames:
            frames = vary.cover_frames(frames, draw, real, config.frames)
        if config.bands:
            frames = vary.cover_bands(frames, draw, config.bands)
        return torch.where(mel > PAD / 2, frames, mel).to(mel.dtype)

    def _mixed(self, inputs: dict[str, Tensor], seed: int) -> tuple[dict[str, Tensor], Mix]:
        # The standard library draws from a Beta with a seed; torch does only without one.
        plain = random.Random(seed)
        order = Draw(seed, next(iter(inputs.values()))).order()
        both = self.config.mixup and self.config.cutmix
        if self.config.mixup and not (both and plain.random() < 0.5):
            share = plain.betavariate(self.config.mixup, self.config.mixup)
            mixed = {n: vary.blend(x, x[order], share) for n, x in inputs.items()}
            return mixed, Mix(order, share)
        area = plain.betavariate(self.config.cutmix, self.config.cutmix)
        middle = (plain.random(), plain.random())
        pasted, share = {}, 1.0
        for name, x in inputs.items():
            pasted[name], share = vary.paste(x, x[order], 1 - area, middle)
        return pasted, Mix(order, share)


def _is(name: str, kind: str) -> bool:
    """Whether an input, which may have a prefix, is of this kind."""
    return name.endswith(kind)
