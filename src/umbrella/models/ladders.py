"""THE table of models: for each kind of input, its rungs from light to heavy.

The rungs themselves are plain data in `rungs/KIND.py`; listing them imports no model. To add one,
add it there: the contract test, `fit`, `shrink` and `ship` find it. A kind of input is a kind of
column, "table" for numbers, categories and times together, "fusion" for several kinds at once,
"speech" for sound that is to be written down, "tag" for text in which spans are to be marked,
"answer" for texts with questions on them, "series" for what is to be forecast.
"""

from collections.abc import Mapping
from dataclasses import fields
from importlib import import_module
from typing import TYPE_CHECKING, Any

from umbrella.base.errors import ConfigError, RunError, unknown
from umbrella.models.rungs import (
    MOST_COMMON,
    Rung,
    answer,
    audio,
    fusion,
    image,
    series,
    speech,
    table,
    tag,
    text,
    video,
)

if TYPE_CHECKING:
    from torch import nn

LADDERS: dict[str, tuple[Rung, ...]] = {
    "image": (MOST_COMMON, *image.RUNGS),
    "video": (MOST_COMMON, *video.RUNGS),
    "audio": (MOST_COMMON, *audio.RUNGS),
    "text": (MOST_COMMON, *text.RUNGS),
    "table": (MOST_COMMON, *table.RUNGS),
    "fusion": (MOST_COMMON, *fusion.RUNGS),
    "speech": speech.RUNGS,
    "tag": tag.RUNGS,
    "answer": answer.RUNGS,
    "series": series.RUNGS,
}
OWN_LADDERS = {  # task → its ladder, the kind of column it reads
    "transcribe": ("speech", "audio"),
    "tag": ("tag", "text"),
    "answer": ("answer", "text"),
}


def input_kind(kind: str) -> str:
    """The kind of input that a kind of column belongs to, which names its ladder."""
    return "table" if kind in ("number", "category", "time") else kind


def rungs(kind: str) -> tuple[Rung, ...]:
    """The ladder of a kind of column, lightest rung first.

    Raises:
        ConfigError: no model reads this kind.
    """
    if kind not in LADDERS:
        raise unknown("ladder", kind, LADDERS)
    return LADDERS[kind]


def rung(kind: str, name: str) -> Rung:
    """One rung by name.

    Raises:
        ConfigError: no such ladder or rung; the message lists those there are.
    """
    by_name = {step.name: step for step in rungs(kind)}
    if name not in by_name:
        raise unknown(f"{kind} rung", name, by_name)
    return by_name[name]


def build(step: Rung, sizes: Mapping[str, Any], *, outputs: int, **own: Any) -> "nn.Module":
    """Make one untrained network, e.g. `build(rung("text", "cnn"), {"vocab": 5000}, outputs=2)`.

    Args:
        step: from the table.
        sizes: what the codec decides, e.g. the size of its id space.
        outputs: numbers per row that the task asks for.
        own: other fields of the network's config, its dial above all.

    Raises:
        ConfigError: a field that the config lacks, or a value out of range.
    """
    network = _network_class(step)
    known = [f.name for f in fields(network.Config)]
    for name in own:
        if name not in known:
            raise unknown(f"setting of {step.name}", name, known)
    fused = step.codec == fusion.FUSED  # its sizes are those of several networks
    values = {**({"sizes": dict(sizes)} if fused else sizes), **step.config, **own}
    return network(network.Config(outputs=outputs, **values))


def network_of(description: Any) -> "nn.Module":
    """Make the untrained network that a stored description names.

    Args:
        description: {"kind": …, "rung": …, "config": {…}} as read from JSON; the config holds
            every field of the network's Config and nothing else.

    Raises:
        RunError: anything else; only classes in the table are ever imported.
    """
    try:
        kind, name, config = (description[key] for key in ("kind", "rung", "config"))
        step = rung(str(kind), str(name))
        network = _network_class(step)
        expected = {f.name for f in fields(network.Config)}
        if set(config) != expected:
            raise ConfigError(f"Settings {sorted(config)} are stored where {sorted(expected)} go.")
        return network(network.Config(**{k: _settled(v) for k, v in config.items()}))
    except (ConfigError, KeyError, TypeError, ValueError) as error:
        raise RunError(
            f"The stored network cannot be rebuilt: {error} Restore the run from a copy, open it "
            f"with the version that made it, or fit again with --fresh."
        ) from error


def _settled(value: Any) -> Any:
    """A setting as read from JSON, with its lists made tuples again."""
    if isinstance(value, dict):
        return {k: _settled(v) for k, v in value.items()}
    return tuple(_settled(v) for v in value) if isinstance(value, list) else value


def own_size(step: Rung) -> int:
    """What a rung's dial stands at unless it is turned."""
    place, name = step.dial.split(".")
    if place == "view":
        return int(step.view[name])
    return int(
        step.config[name] if name in step.config else getattr(_network_class(step).Config, name)
    )


def _network_class(step: Rung) -> Any:
    module, name = step.network.split(":")
    return getattr(import_module(module), name)
