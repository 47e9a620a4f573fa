"""The Windows installer, built on Linux: CPython's embeddable package, the locked wheels, NSIS."""
