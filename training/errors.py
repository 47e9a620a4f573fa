"""Errors of the training programs: a branch of EmoCam's tree."""

from emocam.errors import EmoCamError


class TrainingError(EmoCamError):
    """Base of all errors of the training programs.

    Args:
        message: sentences that name the cause and the remedy.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message.removesuffix("."))


class DataError(TrainingError):
    """Data that is missing, unreadable or not what its format promises."""


class ConfigError(TrainingError):
    """A configuration with an unknown key or a value out of range."""


class ModelFileError(TrainingError):
    """A model or checkpoint that does not fit what is asked of it."""
