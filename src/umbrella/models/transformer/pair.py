"""An encoder and a decoder that looks at what the encoder made: translation, summaries.

Shapes: B rows, N places of all packed rows, S places of a source, T of a target, W width.
"""

from torch import Tensor, nn

from umbrella.base.errors import ConfigError
from umbrella.models.transformer.cache import Cache
from umbrella.models.transformer.config import TransformerConfig
from umbrella.models.transformer.transformer import Lengths, Transformer


class EncoderDecoder(nn.Module):
    """Both halves.

    Args:
        encoder: config of the first, not causal.
        decoder: config of the second, with `cross`.
        shared: whether both read the same token vectors.

    Raises:
        ConfigError: the two do not fit.
    """

    def __init__(self, encoder: TransformerConfig, decoder: TransformerConfig, shared: bool = True):
        super().__init__()
        if encoder.causal or not decoder.cross or decoder.memory_width != encoder.width:
            raise ConfigError(
                f"An encoder with causal={encoder.causal} and width={encoder.width} and a decoder "
                f"with cross={decoder.cross} and memory_width={decoder.memory_width} do not fit. "
                f"Give causal=False, cross=True and one width."
            )
        if shared and (encoder.vocab, encoder.embed_width) != (decoder.vocab, decoder.embed_width):
            raise ConfigError(
                f"Token vectors of {encoder.vocab} × {encoder.embed_width} and {decoder.vocab} × "
                f"{decoder.embed_width} cannot be shared. Give shared=False."
            )
        self.config, self.shared = decoder, shared
        self.encoder, self.decoder = Transformer(encoder), Transformer(decoder)
        if shared:
            self.decoder.embed.tokens = self.encoder.embed.tokens

    def forward(
        self,
        ids: Tensor,
        target: Tensor,
        lengths: Lengths | None = None,
        target_lengths: Lengths | None = None,
        *,
        real: Tensor | None = None,
        maps: list[Tensor] | None = None,
    ) -> Tensor:
        """States of the target, [B, T, W] or packed [N, W].

        Args:
            ids: of the source, padded [B, S] or packed.
            target: of the target, padded where the source is, beginning with its start token.
            lengths, target_lengths, real: as in `Transformer`, of source and target.
            maps: a list that is filled with every layer's weights, the encoder's first.
        """
        memory = self.encoder(ids, lengths, real=real, maps=maps)
        return self.decoder(  # type: ignore[no-any-return]
            target,
            target_lengths,
            memory=memory,
            memory_lengths=lengths,
            memory_real=real,
            maps=maps,
        )

    def make_cache(self, rows: int, places: int) -> Cache:
        """Room for targets: `places` tokens of each row."""
        return self.decoder.make_cache(rows, places)
