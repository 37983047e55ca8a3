"""Text that wraps in both languages: at spaces, and between Chinese characters."""

import re

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

from umbrella.check.words import columns, keep

# A piece that no line end may tear: one wide character with the marks that cling to it, or a word.
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”"
_OPEN, _CLOSE = "（“《「", "，。；：！？）”》」、…"
_PIECE = re.compile(f"[{_OPEN}]*(?:[{_WIDE}]|[^{_WIDE} ]+)[{_CLOSE}]* *| +")


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns; a longer word stands alone on its line.

    Args:
        text: one paragraph.
        width: columns; a Chinese character takes two.
    """
    lines, line = [], ""
    for piece in _PIECE.findall(keep(text)):
        if line and columns(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [kept.replace("\N{NO-BREAK SPACE}", " ") for kept in (*lines, line.rstrip())]


class Wrapped:
    """Paragraphs, each in its style, wrapped to the width that the terminal leaves them.

    Args:
        parts: (text, rich style) pairs.
    """

    def __init__(self, *parts: tuple[str, str]) -> None:
        self.parts = parts

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lines for rich."""
        for text, style in self.parts:
            for line in wrap(text, options.max_width):
                yield Text(line, style=style, no_wrap=True, overflow="fold")

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """From one word to the longest paragraph."""
        widest = max((columns(text) for text, _ in self.parts), default=0)
        return Measurement(min(20, widest), min(widest, options.max_width))
