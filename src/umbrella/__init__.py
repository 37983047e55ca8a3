"""Umbrella turns your data into a small model you can trust.

    import umbrella

    run = umbrella.fit("reviews.csv", target="label")
    run.check()
    small = run.shrink(size="300KB", drop="1%")
    small.ship("reviews.onnx")
    umbrella.load("reviews.onnx").predict(["the soup was cold"])

Each verb is also a command: `umbrella --help`. Importing this package imports nothing heavy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from umbrella.base.version import VERSION as __version__

if TYPE_CHECKING:
    from umbrella import series
    from umbrella.api import Fitted, compare, fit, label, load

__all__ = ["Fitted", "__version__", "compare", "fit", "label", "load", "series"]


def __getattr__(name: str) -> Any:
    if name in ("compare", "fit", "series"):
        return import_module(f"umbrella.{name}")  # the first two are callable: see base/verb.py
    if name in ("Fitted", "label", "load"):
        return getattr(import_module("umbrella.api"), name)
    raise AttributeError(f"module 'umbrella' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
