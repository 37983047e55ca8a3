"""Made-up files of sound, good and bad, as bytes."""

import io
import struct

import numpy as np
import pytest
from numpy.typing import NDArray

soundfile = pytest.importorskip("soundfile")


def tone(samples: int = 4000, rate: int = 8000, hertz: float = 440.0) -> NDArray[np.float32]:
    """A sine at half of full scale."""
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(samples) / rate)).astype(np.float32)


def write(
    wave: NDArray, rate: int = 8000, format: str = "WAV", subtype: str | None = None
) -> bytes:
    """A file of any format that soundfile writes."""
    file = io.BytesIO()
    soundfile.write(file, wave, rate, format=format, subtype=subtype)
    return file.getvalue()


def flac_bomb() -> bytes:
    """89 kB that unfold to 115 MB."""
    return write(np.zeros(28_800_000, np.int16), 48_000, "FLAC", "PCM_16")


def wav_that_promises(promised: int, there: int, rate: int = 8000, channels: int = 1) -> bytes:
    """A 16-bit WAV whose header claims `promised` bytes of samples, and that holds `there`."""
    samples = (np.arange(there // 2) % 100).astype("<i2").tobytes()
    form = (1, channels, rate, 2 * rate * channels, 2 * channels, 16)
    whole = min(promised + 36, 2**32 - 1)
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", whole, b"WAVE", b"fmt ", 16, *form)
    return head + struct.pack("<4sI", b"data", promised) + samples


def encoded(wave: NDArray, rate: int, codec: str, format: str) -> bytes:
    """Sound compressed by av."""
    av = pytest.importorskip("av")
    file = io.BytesIO()
    with av.open(file, "w", format=format) as box:
        stream = box.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(wave[None], format="fltp", layout="mono")
        frame.sample_rate = rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            box.mux(packet)
    return file.getvalue()
