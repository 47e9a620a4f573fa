"""``python -m emocam`` is the ``emocam`` command."""

import sys

from emocam.cli import main

sys.exit(main())
