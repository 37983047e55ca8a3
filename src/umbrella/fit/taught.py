"""What the task of raw text is told before it looks at any: a seed, and whose tokenizer reads."""

from typing import Any

from umbrella.fit.corpus import reads_text
from umbrella.fit.encoder import Encoder
from umbrella.fit.settings import FitSettings


def taught_by(encoder: Encoder | None, settings: FitSettings) -> dict[str, Any]:
    """What the task is told before it looks at any text: a seed, and a checkpoint's tokenizer."""
    if not reads_text(settings.task):
        return {}
    told: dict[str, Any] = {"seed": settings.seed}
    if encoder is None:
        return told
    config = encoder.config
    return told | {
        "tokenizer": encoder.tokenizer,
        "padding": int(config.get("padding") or 0),
        "vocab": int(config["vocab"]),
        "places": int(config.get("places") or 0),
    }
