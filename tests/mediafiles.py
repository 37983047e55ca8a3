"""Makes small pictures, sounds and videos for tests: the same bytes on every run."""

from pathlib import Path

import av
import numpy as np
import soundfile
from PIL import Image


def pixels(seed: int, high: int = 40, wide: int = 48) -> np.ndarray:
    """A picture of soft blobs and lines, unlike that of another seed, uint8 [H, W, 3]."""
    draw = np.random.default_rng(seed)
    coarse = draw.integers(0, 256, (6, 6, 3), dtype=np.uint8)
    soft = Image.fromarray(coarse).resize((wide, high), Image.Resampling.BICUBIC)
    return np.asarray(soft)


def picture(path: Path, seed: int, **settings) -> Path:
    """Write a picture; the ending names the format."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels(seed)).save(path, **settings)
    return path


def samples(seed: int, seconds: float = 0.5, rate: int = 8000) -> np.ndarray:
    """A few gliding tones, float [N] within ±0.9."""
    draw = np.random.default_rng(seed)
    t = np.arange(int(seconds * rate)) / rate
    tones = [np.sin(2 * np.pi * (f + g * t) * t + f) for f, g in draw.uniform(150, 900, (4, 2))]
    fade = np.interp(t, np.linspace(0, seconds, 6), draw.uniform(0.1, 1, 6))
    return 0.9 * fade * np.mean(tones, axis=0)


def sound(path: Path, seed: int, rate: int = 8000, **settings) -> Path:
    """Write a sound; the ending names the format."""
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples(seed, rate=rate), rate, **settings)
    return path


def video(path: Path, seed: int, frames: int = 24) -> Path:
    """Write an MP4 of a picture that slides sideways."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = pixels(seed, 64, 64)
    with av.open(str(path), "w") as file:
        stream = file.add_stream("mpeg4", rate=12)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for at in range(frames):
            frame = av.VideoFrame.from_ndarray(np.roll(whole, at, axis=1), format="rgb24")
            file.mux(stream.encode(frame))
        file.mux(stream.encode())
    return path
