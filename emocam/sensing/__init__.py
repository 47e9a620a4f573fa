"""The room of the face: everything that ever touches a camera pixel runs in this process.

It is told configuration and says readings (:mod:`emocam.wire`), and nothing else.
"""
