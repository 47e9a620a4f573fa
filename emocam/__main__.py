"""The ``emocam`` command, and ``python -m emocam``."""

import signal
import sys


def _leave(*_: object) -> None:
    """End quietly, as a run does that was told to."""
    raise SystemExit(0)


def main() -> int:
    """Run the command; returns its exit code.

    From the first moment on Ctrl-C, SIGTERM and log-out end it in good order: the rest is imported
    only then. What was ignored before (nohup) stays ignored.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _leave)
    from emocam.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
