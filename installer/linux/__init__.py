"""The Debian package: ``python -m installer.linux FOLDER``."""
