"""Within which limits a user chooses the terms of a share file; read by every command line."""

#: Seconds of a bin.
MIN_BIN, MAX_BIN, DEFAULT_BIN = 15, 600, 60
#: Epsilon of all answers for one bin together.
MIN_EPSILON, MAX_EPSILON, DEFAULT_EPSILON = 0.25, 4.0, 2.0
