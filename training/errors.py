"""Errors of the training programs: each message names the cause and the remedy."""


class TrainingError(Exception):
    """Base of all errors that the command line shows without a traceback."""


class DataError(TrainingError):
    """Data that is missing, unreadable or not what its format promises."""


class ConfigError(TrainingError):
    """A configuration file with an unknown key or a value out of range."""


class ModelError(TrainingError):
    """A model, checkpoint or sidecar that does not fit what is asked of it."""
