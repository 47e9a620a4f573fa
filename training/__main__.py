"""Command line of the training programs."""

import os
import sys

# Threads that wait by spinning starve each other on a busy machine: measured here, a step took
# 3.5 s where one core was taken by another program, and 1.0 s with waiting threads asleep.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from training.cli import main

# A log file shows each line when it is said.
sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
sys.exit(main())
