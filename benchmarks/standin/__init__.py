"""Stand-ins for the two devices of a machine without webcam and virtual camera.

``python -m benchmarks.standin`` is the ``emocam`` command whose sensing reads
:mod:`benchmarks.standin.camera` and whose stage writes to :mod:`benchmarks.standin.sink`; all else
is the product. What they imitate, and what not, is said in docs/benchmarks.md.
"""
