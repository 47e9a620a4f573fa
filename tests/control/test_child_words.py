"""What a child says of its protections: two are known, and nothing in it steers a terminal."""

from __future__ import annotations

import asyncio
import subprocess
import sys

from emocam.control.child import Child

SAYS = """
import json, sys
for name, holds, words in [("files", True, "Landlock\\x1b[2J\\x07 holds"),
                           ("calls", True, "x" * 900),
                           ("calls", 1, "no bool"), ("other", True, "y"), ("files", True, ["z"])]:
    print(json.dumps({"protection": {"name": name, "in_force": holds, "words": words}}),
          file=sys.stderr)
print('{"protection": 5}\\n{"protection": {"name": []}}\\n[]', file=sys.stderr)
"""


async def _told() -> Child:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SAYS,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    child = Child(process, lambda _: None)
    assert await child.stop(30) == 0
    return child


def test_only_the_two_protections_are_taken_and_shown_as_plain_words() -> None:
    child = asyncio.run(_told())
    assert {name: each.words for name, each in child.protections.items()} == {
        "files": "Landlock[2J holds",
        "calls": "x" * 200,
    }
    assert child.last_words() != ""
