"""Networks only. Nothing here reads data, trains, compresses or exports to a file."""
