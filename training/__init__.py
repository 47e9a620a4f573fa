"""How EmoCam's expression model is made: ``python -m training --help``.

Not part of the installed program: it needs PyTorch (``pip install '.[train]'``).
"""
