"""Text that came with the data, made safe for a terminal: what would steer it is shown instead."""

import re

# Controls but the line break, lone surrogates, and marks that reverse what a reader sees.
STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(text: str) -> str:
    """The same text with every steering character spelled out, e.g. "\\x1b" for an escape."""
    return STEERING.sub(lambda found: _spelled(found[0]), text)


def _spelled(letter: str) -> str:
    code = ord(letter)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
