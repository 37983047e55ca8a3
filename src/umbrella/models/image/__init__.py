"""Networks of pictures, one file per family. Their order is written once, in models/rungs."""
