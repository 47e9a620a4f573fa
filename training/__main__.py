"""Command line of the training programs."""

import sys

from training.cli import main

sys.exit(main())
