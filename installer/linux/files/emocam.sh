#!/bin/sh
# EmoCam in its own environment; -P: nothing is imported from the working folder.
exec /usr/lib/emocam/bin/python3 -P -m emocam "$@"
