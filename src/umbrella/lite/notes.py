"""The notes of a shipped file: what its JSON holds, and whether that is still as it was written.

    {"format": 1,                         raised when an older version could not read it
     "umbrella": "0.1.0",                 the version that wrote it
     "task": {"task": "classify", …},     a task's spec(); score.decode turns outputs into answers
     "codecs": [                          one entry a codec, in any order
        {"columns": ["text"],             input columns; several texts are joined, see cells.py
         "prefix": "",                    before the names of its arrays among the graph's inputs
         "spec": {…}}],                   the codec's spec(); data.codecs.from_spec builds it
     "report": "sha256 hex" or null,      digest of the report.json that judged this model
     "weights": "sha256 hex",             digest of the file without its metadata, see envelope.py
     "digest": "sha256 hex",              digest of all this and of the card, see `digest_of`
     "probe": [[…], …],                   outputs for the texts of `PROBES` where it was made
     "alone": false,                      true: run row by row, for a graph whose answer to a row
                                          depends on its batch (int8 activations); may be absent
     "roles": {…} or null,                of a model of series: which column is what; may be absent
     "seen": 1700000000000000 or null,    of the same: the last stamp that its intervals were made
                                          of, or series → stamp; may be absent
     "history": 144 or null,              of the same: known values that the fit had of a series, or
                                          series → their number; may be absent
     "made": {…}}                         when, from which run, with which versions; free form

The two digests together cover every byte that is used: "weights" the graph, "digest" the notes
(with "weights" among them) and the card. They find accidents: a copy cut short, a card or a label
edited by hand, a file saved again by another tool. They are no signature: whoever changes a file on
purpose can write new digests too. To know who made a file, compare it with one you trust.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from umbrella.base.errors import BundleError
from umbrella.base.limits import LIMITS
from umbrella.data.codecs.columns import is_entry

FORMAT = 1
KEYS = {
    "format": int,
    "umbrella": str,
    "task": dict,
    "codecs": list,
    "weights": str,
    "digest": str,
    "made": dict,
}


def digest_of(spec: Mapping[str, Any], card: str) -> str:
    """sha256 of the notes and the card, hexadecimal.

    Args:
        spec: the JSON note; its own "digest" is left out. It is brought to one form first (sorted
            keys, no spaces, ASCII), so that only what it says counts, not how it is laid out.
        card: Markdown.

    Raises:
        ValueError, TypeError: JSON cannot hold the notes.
    """
    told = {key: value for key, value in spec.items() if key != "digest"}
    form = json.dumps(told, sort_keys=True, separators=(",", ":"), allow_nan=False)
    whole = hashlib.sha256(form.encode())
    whole.update(b"\n")  # ends the notes: such JSON holds no line break
    whole.update(card.encode())
    return whole.hexdigest()


def read_notes(metadata: Mapping[str, str], name: str) -> dict[str, Any]:
    """Parse and validate the JSON note.

    Args:
        metadata: the file's metadata, key → text.
        name: what messages call the file.

    Returns:
        The note, with every key above present and of its type; what lies inside "task" and in a
        codec's "spec" is checked by those who use it.

    Raises:
        BundleError: absent, damaged, or made by a newer version.
    """
    text = metadata.get("umbrella")
    if text is None:
        raise BundleError(
            f"{name} is not an Umbrella bundle: an ONNX file, but without our notes in its "
            f"metadata. Make one with `umbrella ship RUN`."
        )
    if len(text) > LIMITS.json_bytes:
        raise BundleError(f"{name}: its notes are longer than {LIMITS.json_bytes:,} bytes.")
    try:
        spec = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise damaged(name, f"not JSON, {error}") from error
    if not isinstance(spec, dict) or type(spec.get("format")) is not int:
        raise damaged(name, "no format number")
    if spec["format"] > FORMAT:
        raise BundleError(
            f"{name} was made by a newer version (Umbrella {spec.get('umbrella', '?')}, format "
            f"{spec['format']}; this one reads up to {FORMAT}). Upgrade: pip install -U umbrella."
        )
    for key, kind in KEYS.items():
        if not isinstance(spec.get(key), kind):
            raise damaged(name, f"{key!r} is not a {kind.__name__}")
    if not spec["codecs"]:
        raise damaged(name, "it names no codec")
    for entry in spec["codecs"]:
        _check_entry(entry, name)
    return spec


def _check_entry(entry: Any, name: str) -> None:
    if not is_entry(entry):
        raise damaged(name, f"codec entry {str(entry)[:80]!r} lacks columns, prefix or spec")


def damaged(name: str, what: str) -> BundleError:
    """The refusal of notes that cannot be what was written."""
    return BundleError(
        f"{name}: its notes are damaged ({what}). Copy the file again, or make it with "
        f"`umbrella ship`."
    )
