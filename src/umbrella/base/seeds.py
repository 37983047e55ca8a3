"""One seed given by the user, as many independent ones as there are things to draw."""

import hashlib

import numpy as np


def derive(seed: int, *names: str | int) -> int:
    """A stable integer in [0, 2**63) for one purpose: the same on any machine and version.

    Args:
        seed: the user's seed.
        names: what the number is for, e.g. `derive(0, "order", epoch)`.
    """
    text = "\x1f".join([str(int(seed)), *map(str, names)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little") >> 1


def generator(seed: int, *names: str | int) -> np.random.Generator:
    """A numpy generator of its own for one purpose."""
    return np.random.Generator(np.random.PCG64(derive(seed, *names)))
