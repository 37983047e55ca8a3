"""What a file holds, told by its first bytes and never by its name."""

from dataclasses import dataclass

HEAD = 512  # bytes that are looked at


@dataclass(frozen=True)
class Content:
    """What first bytes say.

    Args:
        kind: "image", "audio" or "video"; None for anything else.
        name: what to call it in a message, e.g. "a PNG picture" or "an HTML page".
        format: short name of the format, e.g. "png"; empty for what is not read.
    """

    kind: str | None
    name: str
    format: str = ""


# Formats that are read. The decoders get this list as well, so that no rarer one is ever tried.
FORMATS = {
    "png": Content("image", "a PNG picture", "png"),
    "jpeg": Content("image", "a JPEG picture", "jpeg"),
    "gif": Content("image", "a GIF picture", "gif"),
    "bmp": Content("image", "a BMP picture", "bmp"),
    "webp": Content("image", "a WebP picture", "webp"),
    "tiff": Content("image", "a TIFF picture", "tiff"),
    "wav": Content("audio", "WAV sound", "wav"),
    "flac": Content("audio", "FLAC sound", "flac"),
    "ogg": Content("audio", "Ogg sound", "ogg"),
    "mp3": Content("audio", "MP3 sound", "mp3"),
    "m4a": Content("audio", "M4A sound", "m4a"),
    "mp4": Content("video", "an MP4 video", "mp4"),
    "mov": Content("video", "a QuickTime video", "mov"),
    "avi": Content("video", "an AVI video", "avi"),
    "mkv": Content("video", "a Matroska video", "mkv"),
    "mpeg": Content("video", "an MPEG video", "mpeg"),
}
STARTS = (  # first bytes → format that is read
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"BM", "bmp"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"fLaC", "flac"),
    (b"OggS", "ogg"),
    (b"ID3", "mp3"),
    (b"\x1aE\xdf\xa3", "mkv"),
    (b"\0\0\1\xba", "mpeg"),
    (b"\0\0\1\xb3", "mpeg"),
)
RIFF = {b"WAVE": "wav", b"AVI ": "avi", b"WEBP": "webp"}
BRANDS = {b"M4A ": "m4a", b"M4B ": "m4a", b"qt  ": "mov"}  # other brands are MP4
PICTURE_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis")
ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
STRANGERS = (  # first bytes → what to call it; none of these is read as a picture or a sound
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-zip archive"),
    (b"8BPS", "a Photoshop document"),
    (b"\0\0\1\0", "an icon"),
    (b"FORM", "AIFF sound"),
    (b"<?xml", "an XML or SVG document"),
    (b"<svg", "an SVG drawing"),
    (b"version https://git-lfs", "a pointer of Git LFS (run: git lfs pull)"),
)


def tell(head: bytes) -> Content:
    """What a file holds.

    Args:
        head: its first HEAD bytes, or all of a shorter file.
    """
    for start, format in STARTS:
        if head.startswith(start):
            return FORMATS[format]
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] in RIFF:
        return FORMATS[RIFF[head[8:12]]]
    if head[4:8] == b"ftyp":
        if head[8:12] in PICTURE_BRANDS:
            return Content(None, "a HEIC or AVIF picture")
        return FORMATS[BRANDS.get(head[8:12], "mp4")]
    if head[4:8] in ATOMS:
        return FORMATS["mov"]
    if _is_mpeg_sound(head):
        return FORMATS["mp3"]
    return _stranger(head)


def _is_mpeg_sound(head: bytes) -> bool:
    """Whether a frame of MPEG sound, layer 1 to 3, begins here."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    rate, frequency = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer != 0 and rate != 15 and frequency != 3


def _stranger(head: bytes) -> Content:
    if not head:
        return Content(None, "nothing")
    for start, name in STRANGERS:
        if head.startswith(start):
            return Content(None, name)
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return Content(None, "an HTML page")
    if not any(head):
        return Content(None, "nothing but zero bytes")
    # The last letter may be cut in two, which is no reason to call a text unknown.
    if b"\0" not in head and _is_text(head):
        return Content(None, "text")
    return Content(None, "an unknown format")


def _is_text(head: bytes) -> bool:
    try:
        head[: max(len(head) - 3, 1)].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 6
    return True
