"""Ask a shipped file in a process where torch, scikit-learn and polars cannot be imported.

Run it:  python examples/without_torch.py FILE TEXT…
"""

import sys

for name in ("torch", "sklearn", "polars"):
    sys.modules[name] = None  # type: ignore[assignment]  # importing it now raises ImportError

from umbrella import lite  # noqa: E402


def main(file: str, texts: list[str]) -> None:
    """Print an answer for each text."""
    for text, answer in zip(texts, lite.load(file).predict(texts), strict=True):
        print(f"{answer['label']}  {answer['probability']:.2f}  {text}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
