"""Every limit on input, in one place. Readers use `LIMITS`; tests and callers may pass others."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """How much of anything is accepted before it is refused aloud."""

    file_bytes: int = 256 * 2**30  # bytes of one source after decompression
    rows: int = 1_000_000_000
    columns: int = 10_000
    cell_chars: int = 1_000_000  # characters in one cell; a longer cell makes its row a bad row
    line_bytes: int = 16 * 2**20  # bytes of one physical record (an unclosed quote ends here)
    ratio: int = 200  # decompressed bytes per compressed byte, judged after `ratio_free_bytes`
    ratio_free_bytes: int = 64 * 2**20  # decompressed bytes that may pass before ratio counts
    bad_share: float = 0.05  # share of rows that may be bad before the run stops
    bad_shown: int = 20  # bad rows kept with their reason
    classes: int = 1_000  # distinct labels of a category target
    symbols: int = 8_000  # distinct characters of transcripts
    memory_bytes: int = 512 * 2**20  # a table larger than this lives in a file, not in memory
    disk_bytes: int = 64 * 2**30  # what one encoded column may take of the disk, half of it at most
    json_bytes: int = 64 * 2**20  # a JSON file of a run folder or a bundle's metadata
    checkpoint_bytes: int = 2**30  # a file of weights that a fit starts from
    steps_ahead: int = 100_000  # of a forecast
    rows_ahead: int = 10_000_000  # steps of all series that are forecast at once
    image_bytes: int = 256 * 2**20  # bytes of one file of a picture
    image_pixels: int = 50_000_000  # pixels of one picture, judged before it is decoded
    audio_bytes: int = 2**30  # bytes of one file of sound
    audio_seconds: int = 4 * 3600  # length of one sound, whether or not all of it is used
    audio_channels: int = 64  # channels of one sound, mixed to one
    video_pixels: int = 36_000_000  # pixels of one picture of a video; 8K has 33 million
    video_seconds: int = 4 * 3600  # length of one video
    video_frames: int = 1_000_000  # pictures of one video
    video_ratio: int = 20_000  # decoded bytes of all pictures per byte of the file, judged after
    video_free_bytes: int = 256 * 2**20  # decoded bytes that may pass before that ratio counts


LIMITS = Limits()
