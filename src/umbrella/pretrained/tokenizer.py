"""The tokenizer of a checkpoint folder, as the JSON text of the `tokenizers` library.

From `tokenizer.json`; or `vocab.txt` (WordPiece, Schuster, Nakajima 2012); or `vocab.json` and
`merges.txt` (byte-level byte pairs, Radford et al. 2019). Padding and truncation that the file may
ask for are left out: rows are cut and padded by whoever batches them.
"""

from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from umbrella.base.errors import DataError, RunError, listed
from umbrella.base.files import read_json
from umbrella.pretrained.settings import Settings

PIECES = (
    "spiece.model",
    "sentencepiece.bpe.model",
    "tokenizer.model",
    "source.spm",
    "sentencepiece.model",
)
SPARE, SPARE_SHARE = 1024, 0.05  # rows of a table that no token of its tokenizer uses, at most


def read_tokenizer(folder: Path, kind: str) -> str | None:
    """The tokenizer of a folder, as JSON text; None where the folder has none.

    Args:
        folder: of the checkpoint.
        kind: what `vocab` files mean: "wordpiece", "bytes", "bytes-plain" (no start and end) or "".

    Raises:
        DataError: damaged, or of a format that cannot be read.
    """
    try:
        found = _find(folder, kind)
    except DataError:
        raise
    except Exception as error:  # the library raises plain Exceptions
        raise DataError(
            f"The tokenizer in {folder} cannot be read ({error}). Fetch its files again."
        ) from error
    if found is None:
        return None
    found.no_padding()
    found.no_truncation()
    return str(found.to_str())


def _find(folder: Path, kind: str) -> Tokenizer | None:
    has = {path.name for path in folder.iterdir()}
    if "tokenizer.json" in has:
        return Tokenizer.from_file(str(folder / "tokenizer.json"))
    if "vocab.txt" in has and kind == "wordpiece":
        return _wordpiece(folder)
    if {"vocab.json", "merges.txt"} <= has and kind.startswith("bytes"):
        return _bytes(folder, plain=kind == "bytes-plain")
    unread = sorted(has & {*PIECES, "vocab.txt", "vocab.json", "merges.txt"})
    if not unread:
        return None
    raise DataError(
        f"{folder} has no tokenizer.json, and {listed(unread)} cannot be read without it. Make it "
        f'once where transformers is installed: python -c "from transformers import '
        f"AutoTokenizer; AutoTokenizer.from_pretrained('FOLDER').save_pretrained('FOLDER')\""
    )


def _wordpiece(folder: Path) -> Tokenizer:
    tokens = (folder / "vocab.txt").read_text("utf-8").split("\n")
    if tokens[-1] == "":
        tokens.pop()
    vocab = {token.rstrip("\r"): number for number, token in enumerate(tokens)}
    settings = _settings(folder)
    unknown = _special(settings, "unk_token", "[UNK]")
    first, last = (_special(settings, f"{n}_token", f"[{n.upper()}]") for n in ("cls", "sep"))
    for token in (unknown, first, last):
        if token not in vocab:
            raise DataError(f"vocab.txt has no {token!r}. Fetch it again; it is not whole.")
    engine = Tokenizer(models.WordPiece(vocab, unk_token=unknown, max_input_chars_per_word=100))
    strip = settings.raw.get("strip_accents")
    engine.normalizer = normalizers.BertNormalizer(
        handle_chinese_chars=settings.flag("tokenize_chinese_chars", True),
        strip_accents=None if strip is None else bool(strip),
        lowercase=settings.flag("do_lower_case", True),
    )
    engine.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    engine.post_processor = processors.TemplateProcessing(
        single=f"{first} $A {last}",
        pair=f"{first} $A {last} $B:1 {last}:1",
        special_tokens=[(first, vocab[first]), (last, vocab[last])],
    )
    engine.decoder = decoders.WordPiece(prefix="##")
    names = ("pad", "mask")
    others = (_special(settings, f"{n}_token", f"[{n.upper()}]") for n in names)
    engine.add_special_tokens([t for t in (unknown, first, last, *others) if t in vocab])
    return engine


def _bytes(folder: Path, plain: bool) -> Tokenizer:
    settings = _settings(folder)
    vocab, merges = str(folder / "vocab.json"), str(folder / "merges.txt")
    engine = Tokenizer(models.BPE.from_file(vocab, merges))
    spaced = settings.flag("add_prefix_space", False)
    engine.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=spaced)
    engine.decoder = decoders.ByteLevel()
    if plain:
        stop = _special(settings, "eos_token", "<|endoftext|>")
        engine.post_processor = processors.ByteLevel(trim_offsets=False)
        engine.add_special_tokens([stop] if engine.token_to_id(stop) is not None else [])
        return engine
    first, last = _special(settings, "cls_token", "<s>"), _special(settings, "sep_token", "</s>")
    begin, end = engine.token_to_id(first), engine.token_to_id(last)
    if begin is None or end is None:
        raise DataError(f"vocab.json has no {first!r} or no {last!r}. Fetch it again.")
    engine.post_processor = processors.RobertaProcessing(
        (last, end), (first, begin), add_prefix_space=spaced
    )
    named = [first, last, "<pad>", "<unk>", "<mask>"]
    engine.add_special_tokens([t for t in named if engine.token_to_id(t) is not None])
    return engine


def _settings(folder: Path) -> Settings:
    path = folder / "tokenizer_config.json"
    if not path.is_file():
        return Settings({})
    try:
        raw = read_json(path)
    except RunError as error:
        raise DataError(str(error)) from error
    return Settings(raw if isinstance(raw, dict) else {})


def _special(settings: Settings, name: str, default: str) -> str:
    told = settings.raw.get(name, default)
    told = told.get("content", default) if isinstance(told, dict) else told
    return told if isinstance(told, str) else default


def check_tokenizer(tokenizer: str, vocab: int) -> None:
    """Refuse a tokenizer that does not belong to a table of token vectors.

    Args:
        tokenizer: as `read_tokenizer` gives it.
        vocab: rows of the table.

    Raises:
        DataError: it has tokens beyond the table, or far fewer than the table.
    """
    ids = Tokenizer.from_str(tokenizer).get_vocab(with_added_tokens=True).values()
    tokens = max(ids, default=-1) + 1
    spare = max(SPARE, int(SPARE_SHARE * vocab))
    if tokens > vocab or tokens < vocab - spare:
        raise DataError(
            f"The tokenizer has {tokens:,} tokens and the table of token vectors {vocab:,} rows: "
            f"they are not of one model. Take tokenizer and weights from the same checkpoint."
        )
