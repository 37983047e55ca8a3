"""A finished run that filled blanks as the encoder that another fit starts from."""

from dataclasses import fields
from pathlib import Path
from typing import Any

from umbrella.base.errors import DataError
from umbrella.fit.encoder import Encoder, differing, told_of
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


def read_run(source: str) -> Encoder:
    """What rungs take of a run: its body, its head for blanks, its tokenizer.

    Raises:
        DataError: its network is no encoder.
        RunError: it is damaged or not finished.
    """
    folder = Path(source).expanduser()
    trained = load_trained(folder)
    network, task = filler_of(trained), trained.task
    whole: Any = network.body.config
    config = TransformerConfig(
        **{f.name: getattr(whole, f.name) for f in fields(TransformerConfig)}
    )
    before = trained.facts.get("pretrained") or {}
    told = told_of(source, [folder / "weights.safetensors"], network.body, before.get("license"))
    tokenizer = str(task.tokenizer)  # type: ignore[attr-defined]
    pool = str(whole.pool)
    return Encoder(
        source,
        differing(config, pool),
        network.body.state_dict(),
        tokenizer,
        told,
        network.head.state_dict(),
    )
