"""Which versions made a run."""

from importlib.metadata import PackageNotFoundError, version

NAMED = ("umbrella", "torch", "numpy", "scikit-learn", "onnxruntime", "tokenizers", "polars")


def versions() -> dict[str, str]:
    """Package → its version, or "absent"."""
    found = {}
    for name in NAMED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found
