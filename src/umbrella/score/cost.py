"""How long one row takes in ONNX Runtime, and on what kind of processor that was measured."""

import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from umbrella.base.errors import BundleError, ConfigError

WARM_SHARE = 0.2  # of the time, before anything counts: plans are made, pages and clocks settle
LEAST_RUNS = 5
CPUINFO = Path("/proc/cpuinfo")
# Instructions that decide how fast int8 and float run; /proc/cpuinfo's spelling, x86 then ARM.
TELLING = (
    "avx2",
    "avx_vnni",
    "avx512f",
    "avx512_vnni",
    "avx512_bf16",
    "amx_int8",
    "amx_bf16",
    "asimd",
    "asimddp",
    "i8mm",
    "bf16",
    "sve",
)


@dataclass(frozen=True)
class Latency:
    """Time of one run, measured.

    Args:
        p50_ms, p95_ms: half of the runs, and 95 % of them, were at least as fast; milliseconds.
        threads: threads that one run could use.
        cpu: what it was measured on, from `cpu_class`.
        rows: different feeds that were gone through.
        runs: runs that counted.
    """

    p50_ms: float
    p95_ms: float
    threads: int
    cpu: str
    rows: int
    runs: int


def latency(
    model: bytes,
    feeds: Sequence[Mapping[str, NDArray]],
    threads: int = 1,
    seconds: float = 1.0,
) -> Latency:
    """Run a model again and again over some inputs, as a shipped file would be run.

    Args:
        model: an ONNX file's bytes.
        feeds: inputs of one run each, usually of one row; all are gone through in turn, so that
            short and long rows weigh as they come.
        threads: threads that one run may use.
        seconds: time to spend, the warm-up included; every feed is run at least once after it.

    Raises:
        BundleError: ONNX Runtime cannot load or run the model.
        ConfigError: no feeds, or threads below 1.
    """
    if not feeds or threads < 1:
        raise ConfigError(
            f"{len(feeds)} inputs and {threads} threads came; give at least one of each."
        )
    try:
        session = _session(model, threads)
        inputs = [dict(feed) for feed in feeds]
        _spin(session, inputs, seconds * WARM_SHARE, 1)
        times = _spin(session, inputs, seconds * (1 - WARM_SHARE), max(len(inputs), LEAST_RUNS))
    except Exception as error:
        # onnxruntime raises its own classes, which share no base below Exception
        raise BundleError(
            f"onnxruntime {onnxruntime.__version__} cannot run this model: {error}. Export it "
            f"again, or upgrade: pip install -U onnxruntime."
        ) from error
    p50, p95 = np.percentile(times, [50, 95]) * 1e3
    return Latency(float(p50), float(p95), threads, cpu_class(), len(inputs), len(times))


def cpu_class() -> str:
    """The processor in words, with the instructions that decide a model's speed.

    E.g. "GenuineIntel family 6 model 167 · avx2 avx512f avx512_vnni". Where there is no
    /proc/cpuinfo, what Python's `platform` knows.
    """
    try:
        facts = _cpu_facts(CPUINFO.read_text("utf-8", "replace"))
    except OSError:
        facts = {}
    words = (facts.get("flags") or facts.get("features") or "").split()
    shown = " ".join(flag for flag in TELLING if flag in words)
    if "vendor_id" in facts:
        name = f"{facts['vendor_id']} family {facts.get('cpu family', '?')} "
        name += f"model {facts.get('model', '?')}"
    elif "cpu implementer" in facts:
        name = f"{platform.machine()} implementer {facts['cpu implementer']} "
        name += f"part {facts.get('cpu part', '?')}"
    else:
        name = " ".join(dict.fromkeys(filter(None, (platform.machine(), platform.processor()))))
    name = name or "unknown processor"
    return f"{name} · {shown}" if shown else name


def _cpu_facts(text: str) -> dict[str, str]:
    """The first processor's lines, by lower-case name."""
    facts: dict[str, str] = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            facts.setdefault(name.strip().lower(), value.strip())
    return facts


def _session(model: bytes, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what goes wrong is raised, not printed
    options.enable_mem_pattern = False  # as `lite` opens it
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _spin(
    session: onnxruntime.InferenceSession,
    inputs: Sequence[dict[str, NDArray]],
    seconds: float,
    least: int,
) -> NDArray[np.float64]:
    """Seconds of every run, for at least this long and this many runs, in whole rounds."""
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) < least or time.perf_counter() < end:
        for feed in inputs:
            start = time.perf_counter()
            session.run(None, feed)
            times.append(time.perf_counter() - start)
            if len(times) >= least and time.perf_counter() >= end:
                break
    return np.array(times)
