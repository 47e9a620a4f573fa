"""The macOS application and its package, built on a Mac. Never run: the project has no Mac."""
