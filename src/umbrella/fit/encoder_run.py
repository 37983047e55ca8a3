"""A finished run that filled blanks as the encoder that another fit starts from."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from umbrella.base.errors import DataError
from umbrella.fit.trained import Trained, load_trained
from umbrella.models.text.filler import Filler
from umbrella.models.transformer.config import TransformerConfig

RUN = "run.json"


def is_run(source: str) -> bool:
    """Whether a name leads to a run folder, rather than to a checkpoint."""
    return (Path(source).expanduser() / RUN).is_file()


def filler_of(trained: Trained) -> Filler:
    """A run's network, where it is an encoder that fills blanks.

    Raises:
        DataError: it is another.
    """
    if isinstance(trained.network, Filler):
        return trained.network
    facts = trained.facts
    raise DataError(
        f"{trained.run.path} is a run of --task {trained.task.name} whose network is "
        f"{facts['rung']}, not an encoder that fills blanks. Needed is a run of --task fill with "
        f"the rung transformer, bert or bert-head (--rungs bert)."
    )


@dataclass(frozen=True)
class Kept:
    """What another fit takes of a run.

    Args:
        network: body and head.
        config: of the body.
        pool: how its states become one vector.
        tokenizer: JSON.
        weights: the file of the network.
        license: of the checkpoint that it went on from, where that is known.
    """

    network: Filler
    config: TransformerConfig
    pool: str
    tokenizer: str
    weights: Path
    license: str | None


def read_run(source: str) -> Kept:
    """What rungs take of a run: its body, its head for blanks, its tokenizer.

    Raises:
        DataError: its network is no encoder.
        RunError: it is damaged or not finished.
    """
    folder = Path(source).expanduser()
    trained = load_trained(folder)
    network, task = filler_of(trained), trained.task
    whole: Any = network.body.config
    own = {f.name: getattr(whole, f.name) for f in fields(TransformerConfig)}
    before = trained.facts.get("pretrained") or {}
    return Kept(
        network,
        TransformerConfig(**own),
        str(whole.pool),
        str(task.tokenizer),  # type: ignore[attr-defined]
        folder / "weights.safetensors",
        before.get("license"),
    )
