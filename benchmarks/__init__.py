"""Speed and memory of EmoCam, measured: ``python -m benchmarks`` (``make bench``)."""
