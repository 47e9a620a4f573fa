#!/bin/sh
# EmoCam in its own environment; -I: nothing is imported from the working folder, nor from where a
# variable that was meant for another Python says. Nor shall programs that it starts see those.
unset PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONPLATLIBDIR PYTHONUSERBASE PYTHONINSPECT \
    PYTHONWARNINGS PYTHONBREAKPOINT PYTHONPYCACHEPREFIX PYTHONOPTIMIZE PYTHONCASEOK
exec /usr/lib/emocam/bin/python3 -I -m emocam "$@"
