"""Bytes of any of a few encodings as UTF-8 blocks, the encoding found where it is not given.

Found are UTF-8, UTF-16, GB18030 and Latin-1. Order: a byte-order mark; valid UTF-8; the pattern of
UTF-16; then charset-normalizer decides between GB18030 and Latin-1. As long as a file is plain
ASCII the question stays open, so that the first Chinese letter may come late.

What cannot be decoded becomes MARK, an illegal letter, by which its row is known as bad.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from umbrella.base.errors import DataError, unknown

MARK = "\udc80".encode("utf-8", "surrogatepass")  # in the blocks, where bytes were undecodable
SAMPLE = 2**16  # non-ASCII bytes that the finder looks at
FORGIVEN = 0.1  # wrong sequences per right one up to which a text is still UTF-8
HEAD = 2**20  # bytes within which a forced encoding must hold
BOMS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 with a byte-order mark"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16 LE"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16 BE"),
)
SHOWN_NAMES = {
    "utf-8": "UTF-8",
    "gb18030": "GB18030",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "latin-1": "Latin-1",
}
MARKS_OF_TABLES = '\n\r\t," ;'
WIDER = {"gbk": "gb18030", "gb2312": "gb18030", "iso8859-1": "latin-1", "ascii": "utf-8"}

codecs.register_error("umbrella-mark", lambda error: ("\udc80", error.end))  # type: ignore[attr-defined]


@dataclass
class Decoder:
    """Turns blocks of one encoding into blocks of UTF-8.

    Args:
        name: the source, for messages.
        encoding: a Python codec's name, or None while it is not known.
        forced: whether the user named the encoding.
        said: how to call the encoding in words.
    """

    name: str
    encoding: str | None = None
    forced: bool = False
    said: str = "UTF-8"
    _machine: codecs.IncrementalDecoder | None = field(default=None, repr=False)
    _held: bytes = field(default=b"", repr=False)

    def decode(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """UTF-8 blocks, with MARK where bytes were undecodable. Letters are never cut in two."""
        first = True
        for block in blocks:
            block = self._begin(block) if first else block
            first = False
            text = self._step(block, False)
            if text:
                yield text
        text = self._step(b"", True)
        if text:
            yield text

    def _begin(self, block: bytes) -> bytes:
        """Drop a byte-order mark, and settle what the first block can settle."""
        for bom, encoding, said in BOMS:
            mine = self.encoding in (None, encoding) or f"{self.encoding}-" == encoding[:7]
            if block.startswith(bom) and mine:
                self.encoding, self.said = encoding, said
                return block[len(bom) :]
        if self.encoding == "utf-16":
            is_big = _is_utf16(block[:SAMPLE], "utf-16-be")
            self.encoding = "utf-16-be" if is_big else "utf-16-le"
        if self.forced:
            self.said = SHOWN_NAMES.get(self.encoding or "", self.encoding or "")
            self._check(block)
        elif b"\0" in block[:SAMPLE]:
            self._settle(block)
        return block

    def _settle(self, block: bytes) -> None:
        self.encoding = find_encoding(block)
        self.said = SHOWN_NAMES[self.encoding]

    def _step(self, block: bytes, final: bool) -> bytes:
        if self.encoding is None:
            if block.isascii():
                return block
            self._settle(block)
        if self.encoding == "utf-8":
            return self._utf8(block, final)
        if self._machine is None:
            self._machine = codecs.getincrementaldecoder(self.encoding or "utf-8")("umbrella-mark")
        return self._machine.decode(block, final).encode("utf-8", "surrogatepass")

    def _utf8(self, block: bytes, final: bool) -> bytes:
        """Valid blocks pass as they are; at most three bytes wait for the next block."""
        block, self._held = self._held + block, b""
        if block.isascii():
            return block
        if not final:
            cut = _last_start(block)
            block, self._held = block[:cut], block[cut:]
        try:
            block.decode()
        except UnicodeDecodeError:
            return block.decode("utf-8", "umbrella-mark").encode("utf-8", "surrogatepass")
        return block

    def _check(self, block: bytes) -> None:
        """Refuse a forced encoding that plainly does not fit."""
        head, encoding = block[:HEAD], self.encoding or "utf-8"
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError as error:
            right, wrong = _count(head, encoding)
            if wrong <= FORGIVEN * right:
                return  # a few bad rows, which are listed
            line = head[: error.start].count(b"\n") + 1
            raise DataError(
                f"{self.name} is not {self.said}: line {line}, byte {error.start + 1} is "
                f"0x{head[error.start]:02x} ({error.reason}). It looks like "
                f"{SHOWN_NAMES[find_encoding(head)]}; leave --encoding out to have it found."
            ) from error
        if encoding.startswith("utf-16") and not any(c in text for c in "\n\r") and b"\n" in head:
            raise DataError(
                f"{self.name} is not {self.said}: no line ends in its first {len(head):,} bytes. "
                f"Leave --encoding out to have it found."
            )


def make_decoder(name: str, encoding: str | None) -> Decoder:
    """A decoder for one source.

    Args:
        name: the source, for messages.
        encoding: what the user forces, or None to find it.

    Raises:
        ConfigError: no such encoding.
    """
    if encoding is None:
        return Decoder(name)
    try:
        found = codecs.lookup(encoding)
        b"a\0".decode(found.name, "replace")
    except (LookupError, ValueError, AssertionError) as error:
        raise unknown("encoding", encoding, SHOWN_NAMES) from error
    known = found.name.removesuffix("-sig")
    return Decoder(name, WIDER.get(known, known), forced=True)


def find_encoding(data: bytes) -> str:
    """Which of the known encodings these bytes are in: a key of SHOWN_NAMES.

    Args:
        data: bytes from the start of a source, without a byte-order mark, with some non-ASCII.
    """
    right, wrong = _count(data, "utf-8")
    utf8 = wrong <= FORGIVEN * right
    zeros = data[:SAMPLE].count(0)
    if utf8 and zeros * 10 < len(data[:SAMPLE]):
        return "utf-8"
    if zeros:
        for encoding in ("utf-16-le", "utf-16-be"):
            if _is_utf16(data[:SAMPLE], encoding):
                return encoding
    return "utf-8" if utf8 else _chinese_or_latin(_foreign_lines(data))


def _chinese_or_latin(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    right, wrong = _count(sample, "gb18030")
    pairs = re.findall(rb"[\x81-\xfe]([\x40-\xfe])", sample)
    # Chinese letters are pairs of high bytes; French ones are single, with a low byte after them.
    paired = 2 * sum(low >= b"\x80" for low in pairs) >= len(pairs)
    if wrong > FORGIVEN * right or not paired:
        return "latin-1"
    best = from_bytes(sample, cp_isolation=["gb18030", "latin_1"], threshold=1.0).best()
    return "gb18030" if best is not None and best.encoding == "gb18030" else "latin-1"


def _is_utf16(data: bytes, encoding: str) -> bool:
    """Whether it decodes, and line breaks, commas and the like have their zero on the right side.

    On the wrong side they would be letters that hardly anybody writes.
    """
    data = data[: len(data) // 2 * 2]
    other = "utf-16-be" if encoding == "utf-16-le" else "utf-16-le"
    mine, others = (sum(map(d.count, MARKS_OF_TABLES)) for d in _both(data, encoding, other))
    right, wrong = _count(data, encoding)
    return mine * 500 >= len(data) and others * 20 <= mine and wrong <= FORGIVEN * (right + mine)


def _both(data: bytes, *encodings: str) -> list[str]:
    return [data.decode(encoding, "replace") for encoding in encodings]


def _count(data: bytes, encoding: str) -> tuple[int, int]:
    """How many non-ASCII letters decode, and how many places do not. A cut last letter is fine."""
    text = codecs.getincrementaldecoder(encoding)("umbrella-mark").decode(data)
    wrong = text.count("\udc80")
    return len(text) - len(text.encode("ascii", "ignore")) - wrong, wrong


def _foreign_lines(data: bytes) -> bytes:
    """The lines with non-ASCII bytes, as many as the finder looks at."""
    kept, size = [], 0
    for line in data.splitlines(keepends=True):
        if not line.isascii():
            kept.append(line[:SAMPLE])
            size += len(kept[-1])
        if size > SAMPLE:
            break
    return b"".join(kept)


def _last_start(block: bytes) -> int:
    """Where to cut so that a letter that goes on in the next block stays whole."""
    for back in range(1, min(4, len(block)) + 1):
        byte = block[-back]
        if byte < 0x80:
            break
        if byte >= 0xC0:
            needed = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(block) - back if needed > back else len(block)
    return len(block)
