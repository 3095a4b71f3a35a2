"""Training data: an export read back with its manifest, split by problem, as tokens with a mask."""
