"""Steps of trading environments per CPU second, one account and many, beside two peers.

Each program steps through the same 5,000 bars of a random walk with the same random actions,
beginning anew where an episode ends, in a process of its own. gym-anytrading and gym-trading-env
are peers where the interpreter named in UMBRELLA_PEERS (this one if none is named) has them:

    python -m venv /tmp/peers && /tmp/peers/bin/pip install gym-anytrading gym-trading-env
    UMBRELLA_PEERS=/tmp/peers/bin/python .venv/bin/python bench/trading_env.py
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

RESULT = Path(__file__).parent / "results" / "trading_env.json"
BARS, WINDOW, REPEATS = 5_000, 16, 3
PROMISED = 1e6  # steps per CPU second of 1,024 accounts
ACTIONS = np.random.default_rng(1).integers(0, 2, 4096)


def bars() -> dict[str, Any]:
    """Close, open, high, low and volume of a random walk, [BARS] each."""
    draw = np.random.default_rng(0)
    close = 100 * np.exp(np.cumsum(draw.normal(0, 0.01, BARS)))
    opened = np.concatenate([close[:1], close[:-1]]) * np.exp(draw.normal(0, 0.002, BARS))
    high, low = np.maximum(close, opened) * 1.001, np.minimum(close, opened) * 0.999
    return {"open": opened, "high": high, "low": low, "close": close, "volume": np.full(BARS, 1e6)}


def single() -> Callable[[int], int]:
    """Our environment, one account."""
    import gymnasium

    env = gymnasium.make("umbrella.trade:umbrella/Trading-v0", prices=bars(), window=WINDOW)
    return stepping(env.unwrapped)


def batched(count: int, **settings: Any) -> Callable[[int], int]:
    """Our environment, many accounts."""
    import gymnasium

    env = gymnasium.make_vec(
        "umbrella.trade:umbrella/Trading-v0", num_envs=count, prices=bars(), **settings
    )
    env.reset(seed=0)
    actions = np.random.default_rng(1).integers(0, 3, (64, count))

    def run(steps: int) -> int:
        for at in range(steps):
            env.step(actions[at % 64])
        return steps * count

    return run


def anytrading() -> Callable[[int], int]:
    """gym-anytrading's stocks."""
    import gym_anytrading  # noqa: F401  # registers it
    import gymnasium
    import pandas

    frame = pandas.DataFrame(bars()).rename(columns=str.capitalize)
    env = gymnasium.make("stocks-v0", df=frame, window_size=WINDOW, frame_bound=(WINDOW, BARS))
    return stepping(env.unwrapped)


def trading_env() -> Callable[[int], int]:
    """gym-trading-env."""
    import gym_trading_env  # noqa: F401  # registers it
    import gymnasium
    import pandas

    frame = pandas.DataFrame(bars(), index=pandas.date_range("2000-01-01", periods=BARS))
    frame["feature_return"] = frame["close"].pct_change().fillna(0)
    env = gymnasium.make(
        "TradingEnv", df=frame, positions=[-1, 0, 1], windows=WINDOW, verbose=0,
        trading_fees=0.0005, borrow_interest_rate=0.0,
    )  # fmt: skip
    return stepping(env.unwrapped)


def stepping(env: Any) -> Callable[[int], int]:
    """Steps of one account."""
    env.reset(seed=0)

    def run(steps: int) -> int:
        for at in range(steps):
            _, _, terminated, truncated, _ = env.step(int(ACTIONS[at % 4096]))
            if terminated or truncated:
                env.reset()
        return steps

    return run


# name → (what makes it, calls measured, whether it is a peer)
RETURNS = tuple(f"return_{n + 1}" for n in range(16))
PROGRAMS: dict[str, tuple[Callable[[], Callable[[int], int]], int, bool]] = {
    "umbrella, 1 account": (single, 60_000, False),
    "umbrella, 16 accounts": (lambda: batched(16, window=WINDOW), 10_000, False),
    "umbrella, 1,024 accounts": (lambda: batched(1024, window=WINDOW), 3_000, False),
    "umbrella, 1,024 accounts, one bar of 16 features": (
        lambda: batched(1024, window=1, features=RETURNS), 3_000, False
    ),
    "gym-anytrading": (anytrading, 30_000, True),
    "gym-trading-env": (trading_env, 10_000, True),
}  # fmt: skip


def main() -> int:
    """Measure, print, keep the figures; 1 when fewer steps are made than promised."""
    result: dict[str, Any] = {"bars": BARS, "window": WINDOW, "steps_per_cpu_second": {}}
    print(f"{'steps per CPU second, median of ' + str(REPEATS):52}{'thousands':>10}")
    for name, (_, _, peer) in PROGRAMS.items():
        python = os.environ.get("UMBRELLA_PEERS", sys.executable) if peer else sys.executable
        done = subprocess.run(
            [python, __file__, name], capture_output=True, text=True, check=False,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        if done.returncode:
            said = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
            print(f"skipped: {name}: {said}")
            if not peer:
                return 1
            continue
        figure = json.loads(done.stdout.splitlines()[-1])
        result["steps_per_cpu_second"][name] = figure
        print(f"{name:52}{figure / 1e3:10,.0f}")
    reached = result["steps_per_cpu_second"]["umbrella, 1,024 accounts"]
    result["promised"], result["kept"] = PROMISED, reached >= PROMISED
    print(f"promised {PROMISED / 1e3:,.0f} of 1,024 accounts: {'kept' if result['kept'] else 'no'}")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    return 0 if result["kept"] else 1


def measure(name: str) -> None:
    """Print steps per CPU second of one program, after a warm-up."""
    make, calls, _ = PROGRAMS[name]
    run = make()
    run(calls // 20)
    figures = []
    for _ in range(REPEATS):
        start = time.process_time()
        steps = run(calls)
        figures.append(steps / (time.process_time() - start))
    print(median(figures))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1])
    else:
        sys.exit(main())
