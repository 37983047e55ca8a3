"""Finding copies of pictures and sounds: recall on planted edits, and what is called near for real.

29,000 photos of 32 × 32 pixels (CIFAR-10, which is known to hold copies) and 3,000 spoken digits.
Edits are planted on a sample of them. Beside it stands a difference hash of 64 and 256 bits, the
field's usual means, at the distance at which it calls as many real pairs near. The pairs found
among the photos themselves are put side by side in runs/media_twins.png, to be looked at.
"""

import io
import json
import os
import resource
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

from umbrella.data.inspect import Signatures, inspect
from umbrella.data.twins_media import THRESHOLDS, match, near_pairs, similarity

REPO = Path(__file__).parents[1]
DATA = Path(os.environ.get("UMBRELLA_DATA", REPO.parent / "shared" / "data"))
RESULT = Path(__file__).parent / "results" / "media_twins.json"
SHEET = REPO / "runs" / "media_twins.png"
PLANTED, SOUNDS_PLANTED, BULK = 2_000, 300, 100_000
LEAST_RECALL, MOST_SECONDS = 0.95, 60.0

Picture = Image.Image
Edit = Callable[[Picture], Picture]


def resaved(image: Picture) -> Picture:
    """Through JPEG at quality 70."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=70)
    return Image.open(buffer).convert("RGB")


def moved(image: Picture) -> Picture:
    """One pixel to the right, the edge repeated."""
    return Image.fromarray(np.pad(np.asarray(image), ((0, 0), (1, 0), (0, 0)), "edge")[:, :-1])


def shrunk(image: Picture) -> Picture:
    """To 90 % of its size."""
    return image.resize((round(image.width * 0.9), round(image.height * 0.9)))


def brighter(image: Picture) -> Picture:
    """By 5 %."""
    return ImageEnhance.Brightness(image).enhance(1.05)


EDITS: dict[str, Edit] = {
    "JPEG at quality 70": resaved,
    "moved by a pixel": moved,
    "resized to 90 %": shrunk,
    "5 % brighter": brighter,
}


def main() -> int:
    """Measure, print, keep the figures; 1 when a limit is broken."""
    archive, sounds = DATA / "cifar10_subset/cifar10_jpg.tar.gz", DATA / "fsdd/fsdd_wav.zip"
    if not (archive.is_file() and sounds.is_file()):
        print(f"skipped: no photos or sounds under {DATA}. Set UMBRELLA_DATA to the real data.")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(archive) as file:
            file.extractall(folder, filter="data")
        with zipfile.ZipFile(sounds) as file:
            file.extractall(folder)
        result = {"photos": photos(Path(folder)), "sounds": spoken(Path(folder))}
    result["bulk"] = bulk()
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    sound = min(result["photos"]["recall"].values()) >= LEAST_RECALL
    return 0 if sound and result["bulk"]["seconds"] <= MOST_SECONDS else 1


def photos(folder: Path) -> dict[str, Any]:
    """Recall on planted edits, and pairs among the photos as they are."""
    paths = [str(path) for path in sorted(folder.rglob("*.jpg"))]
    found, seconds = timed(lambda: inspect(paths, "image").signatures)
    twins, joining = timed(lambda: match([found], seed=0))
    left, right, spare = near_pairs([found], THRESHOLDS, 0)
    print(f"{len(paths):,} photos: looked at in {seconds:.1f} s, compared in {joining:.1f} s;")
    print(f"{len(left)} pairs are near, {twins.rows} rows have a twin, largest {twins.largest}")
    show(paths, left, right, spare)
    sample = np.random.default_rng(0).permutation(len(paths))[:PLANTED]
    pictures = [Image.open(paths[at]).convert("RGB") for at in sample.tolist()]
    limits = {bits: hash_limit(paths, bits, len(left)) for bits in (64, 256)}
    print(f"{'recall on planted edits':28}{'Umbrella':>10}{'dHash 64':>10}{'dHash 256':>11}")
    out: dict[str, Any] = {"rows": len(paths), "seconds": seconds, "joining": joining}
    out |= {"pairs": len(left), "twins": twins.rows, "largest": twins.largest, "recall": {}}
    out["dhash"] = {bits: {} for bits in limits}
    for name, edit in EDITS.items():
        edited = [edit(picture) for picture in pictures]
        mine = planted(found.take(sample), edited, folder)
        out["recall"][name] = mine
        peers = []
        for bits, limit in limits.items():
            apart = (dhash(pictures, bits) != dhash(edited, bits)).sum(axis=1)
            peers.append(float((apart <= limit).mean()))
            out["dhash"][bits][name] = peers[-1]
        print(f"{name:28}{mine:10.1%}{peers[0]:10.1%}{peers[1]:11.1%}")
    return out


def planted(originals: Signatures, edited: Sequence[Picture], folder: Path) -> float:
    """Share of edited copies that end in their original's cluster."""
    paths = []
    for at, picture in enumerate(edited):
        paths.append(str(folder / f"edited-{at}.png"))
        picture.save(paths[-1])
    copies = inspect(paths, "image").signatures
    joined = {n: np.concatenate([getattr(originals, n), getattr(copies, n)]) for n in FIELDS}
    both = Signatures(kind=originals.kind, **joined)
    cluster = match([both], seed=0).cluster
    rows = len(originals)
    return float((cluster[rows:] == cluster[:rows]).mean())


FIELDS = ("digest", "content", "thumb", "there")


def dhash(pictures: Sequence[Picture], bits: int) -> NDArray[np.bool_]:
    """Which of two neighbouring cells is brighter, [N, bits]."""
    side = int(bits**0.5)
    grey = [picture.convert("L").resize((side + 1, side)) for picture in pictures]
    cells = np.stack([np.asarray(picture) for picture in grey]).astype(np.int16)
    return np.diff(cells, axis=2).reshape(len(grey), -1) > 0


def hash_limit(paths: Sequence[str], bits: int, pairs: int) -> int:
    """The distance at which the hash calls as many pairs of all photos near."""
    pictures = [Image.open(path).convert("RGB") for path in paths]
    signs = dhash(pictures, bits).astype(np.float32) * 2 - 1
    counts = np.zeros(bits + 1, np.int64)
    for at in range(0, len(signs), 1000):
        apart = (bits - signs[at : at + 1000] @ signs[at:].T) / 2
        later = np.triu(np.ones(apart.shape, bool), 1)
        close = apart[later & (apart <= bits / 4)].astype(int)
        counts += np.bincount(close, minlength=bits + 1)
    return int(np.searchsorted(np.cumsum(counts), pairs, side="right")) - 1


def show(paths: Sequence[str], left: NDArray, right: NDArray, spare: NDArray) -> None:
    """A sheet of pairs, the least alike first, so that people can judge them."""
    order = np.argsort(spare)[: 10 * 18]
    sheet = Image.new("RGB", (10 * 140, 18 * 70), "white")
    for place, pair in enumerate(order.tolist()):
        for side, row in enumerate((left[pair], right[pair])):
            at = (place % 10 * 140 + side * 66, place // 10 * 70)
            sheet.paste(Image.open(paths[row]).resize((64, 64)), at)
    SHEET.parent.mkdir(exist_ok=True)
    sheet.save(SHEET)


def spoken(folder: Path) -> dict[str, Any]:
    """Copies of sounds, and different sounds of one speaker saying one word."""
    paths = [str(path) for path in sorted(folder.rglob("*.wav"))]
    found, seconds = timed(lambda: inspect(paths, "audio").signatures)
    out: dict[str, Any] = {"rows": len(paths), "seconds": seconds, "recall": {}}
    out["pairs"] = len(near_pairs([found], THRESHOLDS, 0)[0])
    print(f"{len(paths):,} sounds: looked at in {seconds:.1f} s, {out['pairs']} pairs are near")
    sample = np.random.default_rng(0).permutation(len(paths))[:SOUNDS_PLANTED]
    for name, ending, gain in (("half as loud", "wav", 0.5), ("MP3", "mp3", 1), ("Ogg", "ogg", 1)):
        copies = []
        for at in sample.tolist():
            samples, rate = soundfile.read(paths[at])
            copies.append(str(folder / f"copy-{at}.{ending}"))
            soundfile.write(copies[-1], samples * gain, rate)
        other = inspect(copies, "audio").signatures
        alike = similarity(found.thumb[sample], other.thumb)
        out["recall"][name] = float((alike >= THRESHOLDS["audio"]).mean())
        print(f"{name:28}{out['recall'][name]:10.1%}")
    return out


def bulk() -> dict[str, Any]:
    """Invented thumbs in number: time and memory of the comparison alone."""
    draw = np.random.default_rng(0)
    small = draw.integers(0, 256, (BULK, 8, 8), dtype=np.uint8)
    thumbs = small.repeat(4, axis=1).repeat(4, axis=2)
    copies = np.arange(BULK // 2, BULK // 2 + 1000)
    noise = draw.integers(-6, 7, (1000, 32, 32))
    thumbs[copies] = np.clip(thumbs[:1000].astype(int) + noise, 0, 255)
    content = np.arange(1, BULK + 1, dtype=np.uint64)
    digest = content.view(np.uint8).reshape(-1, 8).repeat(4, axis=1)
    rows = Signatures(digest, content, thumbs, np.ones(BULK, bool))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    twins, seconds = timed(lambda: match([rows], seed=0))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    recall = float((twins.cluster[copies] == np.arange(1000)).mean())
    print(f"{BULK:,} rows: {seconds:.1f} s, recall {recall:.1%}, memory grew by {grown:.0f} MB")
    return {"rows": BULK, "seconds": seconds, "recall": recall, "grown_mb": grown}


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Result and wall seconds."""
    start = time.perf_counter()
    return work(), time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
