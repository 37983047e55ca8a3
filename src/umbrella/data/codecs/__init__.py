"""From one column to arrays and back: THE table of codecs, and building one from its spec.

A codec is fitted on training rows only, is stored as JSON, and needs numpy alone to run:
fit(batches) → self, encode(values) → named arrays, spec() → dict, from_spec(dict), and `sizes`, the
fields of a network's config that it decides. A codec that is `several` takes whole columns where
the others take the cells of one. Codecs of files have `examine` too, see columns.py.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from umbrella.base.errors import BundleError, unknown

CODECS: dict[str, str] = {  # name in a spec → "module:Class"; nothing outside is ever imported
    "audio-mel": "umbrella.data.codecs.audio_mel:AudioMel",
    "audio-stats": "umbrella.data.codecs.audio_stats:AudioStats",
    "blank": "umbrella.data.codecs.blank:Blank",
    "image": "umbrella.data.codecs.image:ImagePixels",
    "present": "umbrella.data.codecs.present:Present",
    "table": "umbrella.data.codecs.table:TableCodec",
    "text-asked": "umbrella.data.codecs.text_asked:TextAsked",
    "text-bag": "umbrella.data.codecs.text_bag:TextBag",
    "text-names": "umbrella.data.codecs.text_names:TextNames",
    "text-pieces": "umbrella.data.codecs.text_pieces:TextPieces",
    "text-question": "umbrella.data.codecs.text_question:TextQuestion",
    "text-subwords": "umbrella.data.codecs.text_subwords:TextSubwords",
    "text-tokens": "umbrella.data.codecs.text_tokens:TextTokens",
    "video": "umbrella.data.codecs.video:VideoFrames",
    "window": "umbrella.data.codecs.window:WindowCodec",
}


def codec_class(name: str) -> Any:
    """The class behind a name of the table.

    Raises:
        ConfigError: no codec has this name.
    """
    if name not in CODECS:
        raise unknown("codec", name, CODECS)
    module, attribute = CODECS[name].split(":")
    return getattr(import_module(module), attribute)


def make(name: str, *, kinds: Sequence[str] = (), **settings: Any) -> Any:
    """A codec that is not fitted yet, e.g. `make("text-bag", ngrams=(1, 3))`.

    Args:
        name: of the table.
        kinds: of the columns it will read; passed on to a codec that `knows_kinds`.
        settings: of the codec.

    Raises:
        ConfigError: no codec has this name, or a setting is out of range.
    """
    cls = codec_class(name)
    more = {"kinds": tuple(kinds)} if getattr(cls, "knows_kinds", False) else {}
    return cls(**settings, **more)


def from_spec(spec: Any) -> Any:
    """The fitted codec that a spec describes.

    Raises:
        BundleError: the spec is damaged, or names a codec that this version does not have.
    """
    if not isinstance(spec, dict) or not isinstance(spec.get("codec"), str):
        raise BundleError(
            f"A stored codec is damaged: {repr(spec)[:60]} names no codec. "
            f"Use an intact copy of the file."
        )
    if spec["codec"] not in CODECS:
        raise unknown("codec", spec["codec"][:40], CODECS, BundleError)
    return codec_class(spec["codec"]).from_spec(spec)
