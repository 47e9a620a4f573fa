"""EmoCam: a webcam that shows your expression as an emoji, and never your face."""

__version__ = "0.1.0"
