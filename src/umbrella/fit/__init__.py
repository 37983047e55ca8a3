"""Train the rungs of a ladder on one honest split and choose. Read loop.py first."""

from umbrella.base.verb import make_verb

make_verb(__name__)
