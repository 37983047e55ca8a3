"""Ship a run as a checkpoint: a folder in the layout of Hugging Face, which other tools read."""

from pathlib import Path

from umbrella.base.errors import ConfigError
from umbrella.fit.encoder_run import filler_of
from umbrella.fit.trained import load_trained
from umbrella.pretrained.made import write_made

ENDING = "-checkpoint"


def ship_checkpoint(path: Path | str, out: Path | str | None = None) -> Path:
    """Write the encoder of a run that fills blanks, its head and its tokenizer.

    Args:
        path: the run folder.
        out: the folder; by default named after the run, in the current one.

    Raises:
        ConfigError: the folder is a file, or the run itself.
        DataError: the run's network is no encoder.
        RunError: the run is absent or damaged, or its network has no published shape.
    """
    trained = load_trained(path)
    run = trained.run.path.resolve()
    folder = Path(out) if out is not None else Path(f"{run.name}{ENDING}")
    if folder.is_file() or folder.resolve() == run:
        raise ConfigError(f"{folder} is no folder for a checkpoint. Name a new one with --out.")
    network = filler_of(trained)
    tokenizer = str(trained.task.tokenizer)  # type: ignore[attr-defined]
    return write_made(network.body, network.head, tokenizer, folder)
