"""``python -m tools.policy``: writes installer/policy and the tables of docs/policy.md.

``--check`` writes nothing and fails if anything would be different.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from emocam.settings.declaration import Declaration
from emocam.settings.describe import as_toml
from emocam.settings.schema import declarations
from tools.policy import admx, profile

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "policy.md"


def files() -> dict[Path, bytes]:
    """Every file with its content."""
    folder = ROOT / "installer" / "policy"
    return {
        folder / "EmoCam.admx": admx.definitions(),
        folder / "en-US" / "EmoCam.adml": admx.resources(),
        folder / "emocam.mobileconfig": profile.mobileconfig(),
        folder / "policy.schema.json": profile.schema(),
        folder / "example.toml": profile.example(),
        DOCUMENT: document(DOCUMENT.read_text(encoding="utf-8")).encode(),
    }


def document(text: str) -> str:
    """docs/policy.md with its tables made anew."""
    closed = ["| setting | while a policy is damaged |", "| --- | --- |"]
    every = ["| setting | type in the registry | value | while a policy is damaged |"]
    every += ["| --- | --- | --- | --- |"]
    for key, about in declarations().items():
        safest = f"`{as_toml(about.privacy)}`" if about.privacy is not None else ""
        if about.in_doubt is not None:
            safest = f"`{as_toml(about.in_doubt)}`, unless it is known what is allowed"
        allowed = about.allowed.replace("|", "\\|")
        every.append(f"| `{key}` | {_registry(about)} | {allowed} | {safest} |")
        if safest:
            closed.append(f"| `{key}` | {safest} |")
    for name, lines in (("closed", closed), ("reference", every)):
        pattern = rf"(<!-- {name}: [^\n]*-->\n).*?(<!-- end -->)"
        body = "\n".join(lines)
        text, count = re.subn(
            pattern, lambda found, body=body: f"{found[1]}{body}\n{found[2]}", text, flags=re.S
        )
        assert count == 1, name
    return text


def _registry(about: Declaration) -> str:
    if isinstance(about.default, tuple):
        return "subkey"
    return "`REG_DWORD`" if isinstance(about.default, int) else "`REG_SZ`"


def main(arguments: list[str]) -> int:
    """Write or check; returns the exit code."""
    different = []
    for path, data in files().items():
        if not path.exists() or path.read_bytes() != data:
            different.append(str(path.relative_to(ROOT)))
            if "--check" not in arguments:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
    word = "differ; run: python -m tools.policy" if "--check" in arguments else "written"
    print(f"{', '.join(different)} {word}" if different else "All is up to date")
    return int("--check" in arguments and bool(different))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
