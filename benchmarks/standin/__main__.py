"""The ``emocam`` command with stand-ins for webcam and virtual camera."""

from __future__ import annotations

import sys

from emocam.cli import main
from emocam.control.keep_sensing import SensingKeeper
from emocam.control.keep_stage import StageKeeper

SensingKeeper.module = "benchmarks.standin.sensing"
StageKeeper.module = "benchmarks.standin.stage"
sys.exit(main())
