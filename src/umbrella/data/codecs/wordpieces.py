"""A tokenizer of word pieces, learned from raw text: what is read where no checkpoint brings one.

Letters keep their case and accents. In scripts without spaces every character is a piece.
Source: Schuster, Nakajima 2012; the pieces, their marks and the layout are those of BERT, so that
the file serves elsewhere too. Training is that of the `tokenizers` library.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from tokenizers import (
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

from umbrella.data.codecs.scripts import LETTER, SPACE, classify, code_points, mend

PAD, UNKNOWN, START, END, MASK = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"
SPECIAL = (PAD, UNKNOWN, START, END, MASK)  # in the order of their ids
ALPHABET = 6_000  # different characters that are known, at most
LEAST_COUNT = 2  # a piece seen once is no pattern
UNSPACED = r"[\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"  # Han is cut by BERT's


def train(texts: Sequence[str], vocab: int) -> str:
    """Learn a tokenizer; the same texts give the same one.

    Args:
        texts: read twice.
        vocab: pieces at most, the special ones among them.

    Returns:
        JSON, as `Tokenizer.to_str` writes it.
    """
    learner = _bare(models.WordPiece(unk_token=UNKNOWN))
    # Letters that the library finds by itself are numbered by chance, and ties go by number.
    first = [*SPECIAL, *_letters(texts, vocab - len(SPECIAL))]
    trainer = trainers.WordPieceTrainer(
        vocab_size=max(vocab, len(first)),
        min_frequency=LEAST_COUNT,
        limit_alphabet=0,
        special_tokens=first,
        show_progress=False,
    )
    learner.train_from_iterator(texts, trainer)
    ids = learner.get_vocab(with_added_tokens=True)
    engine = _bare(models.WordPiece(ids, unk_token=UNKNOWN, max_input_chars_per_word=100))
    engine.add_special_tokens(list(SPECIAL))
    engine.post_processor = processors.TemplateProcessing(
        single=f"{START} $A {END}",
        pair=f"{START} $A {END} $B:1 {END}:1",
        special_tokens=[(START, ids[START]), (END, ids[END])],
    )
    engine.decoder = decoders.WordPiece(prefix="##")
    return str(engine.to_str())


def _bare(model: models.Model) -> Tokenizer:
    engine = Tokenizer(model)
    engine.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
    engine.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.BertPreTokenizer(), pre_tokenizers.Split(Regex(UNSPACED), "isolated")]
    )
    return engine


def _letters(texts: Iterable[str], most: int) -> list[str]:
    """Single characters, commonest first, and those that may go on a word once more as such."""
    counts = Counter[str]()
    for text in texts:
        counts.update(text)
    common = sorted((-count, one) for one, count in counts.items() if count >= LEAST_COUNT)
    known, out = [one for _, one in common if not one.isspace()][:ALPHABET], list[str]()
    classes = classify(code_points(mend("".join(known))))
    for one, kind in zip(known, classes, strict=True):
        if kind != SPACE:
            out += [one, f"##{one}"] if kind == LETTER else [one]
    return out[:most]
