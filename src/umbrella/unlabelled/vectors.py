"""Vectors of texts by a published encoder, each text read once and kept beside those before.

What is kept is a digest and a vector a text, in one file an encoder; texts are known again by the
digest of their content, wherever they stand.
Shapes: N texts, W width.
"""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from umbrella.base.catalogue import sentence
from umbrella.base.errors import DataError, RunError, UmbrellaError
from umbrella.base.progress import Progress, Silent
from umbrella.base.tensors import load_tensors, save_tensors
from umbrella.fit.device import find_device
from umbrella.fit.encoder import ENCODERS, installed
from umbrella.fit.settings import INSTALLED
from umbrella.models.transformer.transformer import Transformer
from umbrella.pretrained.embed import embed_rows
from umbrella.pretrained.find import PACKAGED, find
from umbrella.pretrained.load import Pretrained, load

LENGTH = 256  # tokens of a text at most, as on the ladder
AT_ONCE = 512  # texts between two looks at the clock
DIGEST = 16  # bytes
MOST_BYTES = 512 * 2**20  # kept of one encoder; about 330,000 texts of MiniLM
LOOKED = 2_000  # texts that are asked for what the tokenizer does not know
UNKNOWN = ("[UNK]", "<unk>")


@dataclass
class Reader:
    """An encoder, and the vectors that it has made.

    Args:
        name: of the encoder, for people.
        digest: of its weights, which names what is kept.
        encoder: in memory, on its device.
        folder: where vectors are kept, or None.
        kept: digest of a text → its row in `rows`.
    """

    name: str
    digest: str
    encoder: Pretrained
    folder: Path | None = None
    kept: dict[bytes, int] = field(default_factory=dict, repr=False)
    rows: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0), np.float32))
    new: int = 0

    @property
    def width(self) -> int:
        """W."""
        return self.encoder.config.width

    def read(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Vectors of norm 1, float32 [N, W]; equal texts are read once.

        Args:
            texts: any.
            progress: where to show it.
        """
        keys = [_digest(text) for text in texts]
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in self.kept}
        if fresh:
            self._add(fresh, progress or Silent())
        return self.rows[[self.kept[key] for key in keys]]

    def _add(self, fresh: dict[bytes, str], progress: Progress) -> None:
        made, names = [self.rows.reshape(-1, self.width)], list(fresh)
        with progress.stage(sentence("stage.vectors"), len(names)) as stage:
            for start in range(0, len(names), AT_ONCE):
                texts = [fresh[name] for name in names[start : start + AT_ONCE]]
                made.append(embed_rows(self.encoder, self.encoder.encode(texts, LENGTH)))
                stage.advance(len(texts))
        first = len(self.kept)
        self.rows = np.concatenate(made)
        self.kept |= {name: first + at for at, name in enumerate(names)}
        self.new += len(names)

    def keep(self) -> None:
        """Write down what is new; a folder that cannot be written is done without."""
        if self.folder is None or not self.new:
            return
        most = MOST_BYTES // (4 * self.width + DIGEST)
        newest = list(self.kept.items())[-most:]
        names = np.frombuffer(b"".join(key for key, _ in newest), np.uint8).reshape(-1, DIGEST)
        with suppress(RunError, OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            save_tensors(
                self._file, {"names": names, "vectors": self.rows[[at for _, at in newest]]}
            )
            self.new = 0

    def recall(self) -> "Reader":
        """Take up what was kept; a file that is damaged or of another width counts as none."""
        if self.folder is None or not self._file.is_file():
            return self
        with suppress(UmbrellaError, KeyError, ValueError):
            found = load_tensors(self._file)
            names, rows = found["names"], found["vectors"]
            good = names.dtype == np.uint8 and names.shape == (len(rows), DIGEST)
            if good and rows.shape[1:] == (self.width,) and np.isfinite(rows).all():
                self.rows = np.array(rows, np.float32)
                self.kept = {name.tobytes(): at for at, name in enumerate(names)}
        return self

    @property
    def _file(self) -> Path:
        assert self.folder is not None
        return self.folder / f"{self.digest[:24]}-{LENGTH}.safetensors"

    def unknown(self, texts: Sequence[str]) -> float:
        """Share of the tokens that the tokenizer does not know, in the first texts; 0 of one that
        falls back to bytes.
        """
        engine = Tokenizer.from_str(self.encoder.tokenizer or "")
        ids = [engine.token_to_id(token) for token in UNKNOWN]
        strange = {number for number in ids if number is not None}
        rows = [found.ids for found in engine.encode_batch_fast(
            [text[: 32 * LENGTH] for text in texts[:LOOKED]], add_special_tokens=False
        )]  # fmt: skip
        tokens = sum(map(len, rows))
        return sum(number in strange for row in rows for number in row) / max(tokens, 1)


def open_reader(source: str, folder: Path | None = None, device: str = "auto") -> Reader:
    """Find an encoder that makes vectors of texts.

    Args:
        source: a folder, an installed package, a name on the hub, or "auto" for one installed.
        folder: where vectors are kept between two calls.
        device: "auto", "cpu" or "cuda".

    Raises:
        DataError: none found, or no encoder; says what to type.
    """
    named = installed() if source == INSTALLED else source
    place = find(named)
    encoder = load(place)
    body = encoder.network.body
    if not isinstance(body, Transformer) or body.config.causal or encoder.tokenizer is None:
        raise DataError(
            f"--pretrained {source} makes no vectors of texts: it is a "
            f"{encoder.settings['model_type']}{'' if encoder.tokenizer else ' without tokenizer'}. "
            f"Encoders do: {ENCODERS}. Type: --pretrained {next(iter(PACKAGED.values()))}"
        )
    encoder.network.to(find_device(device).name)
    return Reader(named, _weights(place), encoder, folder).recall()


def _weights(folder: Path) -> str:
    """SHA-256 over the weights, and over what else decides about a vector."""
    whole = hashlib.sha256()
    for path in sorted(
        p for p in folder.rglob("*") if p.suffix in (".safetensors", ".bin", ".json", ".txt")
    ):
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST).digest()
