"""Write one file that holds everything: graph, preprocessing, labels, card, and its own digest."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from umbrella.base.errors import BundleError, ConfigError
from umbrella.base.files import write_bytes
from umbrella.lite.bundle import Bundle
from umbrella.lite.envelope import seal, unseal
from umbrella.lite.notes import FORMAT, digest_of
from umbrella.score.decode import needed


def pack_bundle(model: bytes, spec: Mapping[str, Any], card: str) -> bytes:
    """The bytes of a bundle, opened once to make sure that they can be.

    Args:
        model: an ONNX graph in one piece.
        spec: as in lite/notes.py; "format", "weights", "probe" and "digest" are filled in here, and
            of the task only what answering needs is kept.
        card: Markdown.

    Raises:
        BundleError: external data, an operator that a bundle may not have, weights that are not a
            number, or a spec that does not fit the graph.
    """
    whole = {
        **spec,
        "task": needed(spec["task"]),
        "format": FORMAT,
        "weights": unseal(model, "the graph").digest,
    }
    bundle = Bundle(_sealed(model, whole, card), name="the new bundle")
    whole["probe"] = [[float(value) for value in row] for row in bundle.probe()]
    return _sealed(model, whole, card)


def write_bundle(
    path: str | Path, model: bytes, spec: Mapping[str, Any], card: str
) -> tuple[Path, Path]:
    """Write the bundle, and its card beside it, each at once or not at all.

    Args:
        path: the file; its name must end in .onnx.
        model, spec, card: as in `pack_bundle`.

    Returns:
        Paths of the bundle and of the card (`NAME.card.md`).

    Raises:
        ConfigError: the name does not end in .onnx, or is a folder's.
        BundleError: as in `pack_bundle`; nothing was written.
        RunError: the place cannot be written; what was there before is intact.
    """
    path = Path(path)
    if path.suffix.lower() != ".onnx":
        raise ConfigError(f"{path} does not end in .onnx. Write --out {path.with_suffix('.onnx')}.")
    if path.is_dir():
        raise ConfigError(f"{path} is a folder. Write --out {path / 'model.onnx'}.")
    data = pack_bundle(model, spec, card)
    beside = path.with_suffix(".card.md")
    write_bytes(path, data)  # first: it carries the card, so a full disk leaves old with old
    write_bytes(beside, card.encode())
    return path, beside


def _sealed(model: bytes, spec: Mapping[str, Any], card: str) -> bytes:
    """Model, notes and card as one file, with the digest of the notes and the card."""
    try:
        plain = json.loads(json.dumps(spec, allow_nan=False))  # as it will be read: keys are text
        whole = plain | {"digest": digest_of(plain, card)}
        text = json.dumps(whole, ensure_ascii=False)
        return seal(model, {"umbrella": text, "card": card})
    except (TypeError, ValueError) as error:
        raise BundleError(
            f"The notes of the bundle cannot be written as JSON ({error}). This is a bug."
        ) from error
