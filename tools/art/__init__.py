"""The art of the packs, as numbers: ``python -m tools.art`` writes the SVG files of assets/emoji/.

docs/avatars.md says how a face is built and which rules the drawings keep.
"""
