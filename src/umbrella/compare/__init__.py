"""Compare rungs on the same rows with several seeds, and find out why one is better."""

from umbrella.base.verb import make_verb

make_verb(__name__)
