"""Text in columns, as terminals show it: a Chinese character takes two."""

import unicodedata


def columns(rows: list[list[str]]) -> str:
    """A table as text: columns padded to their widest cell; a short row's last cell runs free."""
    heads = rows[0]
    widths = [
        max(width(row[i]) for row in rows if len(row) == len(heads)) for i in range(len(heads))
    ]
    lines = []
    for row in rows:
        cells = [cell + " " * (widths[i] - width(cell)) for i, cell in enumerate(row)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def width(text: str) -> int:
    """Columns of a terminal that a text takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
