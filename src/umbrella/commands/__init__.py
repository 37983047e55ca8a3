"""The verbs of the command line: flags in, one library call, the result on screen."""
