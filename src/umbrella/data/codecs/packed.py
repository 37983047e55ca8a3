"""Long text inside JSON: compressed, and read back without trust."""

import zlib
from typing import Any

import numpy as np

from umbrella.base.errors import BundleError
from umbrella.base.limits import LIMITS
from umbrella.base.tensors import pack, unpack


def pack_text(text: str) -> dict[str, Any]:
    """A text as a JSON-safe table of a few fields, a tokenizer's at a quarter of its size."""
    return pack(np.frombuffer(zlib.compress(text.encode("utf-8"), 9), np.uint8))


def unpack_text(stored: Any) -> str:
    """Read back what `pack_text` made.

    Raises:
        BundleError: not such a table, or longer than any notes may be.
    """
    data = unpack(stored)
    inflate = zlib.decompressobj()
    try:
        if data.dtype != np.uint8 or data.ndim != 1:
            raise ValueError(f"{data.dtype} of shape {data.shape} where bytes go")
        text = inflate.decompress(data.tobytes(), LIMITS.json_bytes)
        if inflate.unconsumed_tail:
            raise ValueError(f"more than {LIMITS.json_bytes:,} bytes")
        return text.decode("utf-8")
    except (zlib.error, ValueError) as error:
        raise BundleError(
            f"A stored text is damaged ({error}). Use an intact copy of the file."
        ) from error
