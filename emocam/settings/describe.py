"""Settings in words: the table of docs/settings.md and the list that the command line prints."""

from __future__ import annotations

from emocam.settings.declaration import Value
from emocam.settings.schema import Settings, declarations


def as_toml(value: Value) -> str:
    """A value as it would stand in the settings file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(as_toml(word) for word in value) + "]"
    if isinstance(value, str):
        return '"' + "".join(map(_escape, value)) + '"'
    return repr(value)


def _escape(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    # TOML has no control characters but the tab inside a text.
    code = ord(character)
    return f"\\u{code:04x}" if code < 32 or code == 127 else character


def markdown() -> str:
    """All settings as the Markdown text of docs/settings.md."""
    lines = [
        "# Settings",
        "",
        "Written by `emocam settings --markdown` from the declarations; do not edit.",
        "",
        "The file is TOML: a table for each group, such as `[camera]`. `emocam settings --path`",
        "prints where it lies, `emocam settings` what holds. `--set group.name=value` gives",
        "a value for one run; `emocam settings set KEY VALUE` writes one into the file, and",
        "`emocam ctl keep KEY VALUE` does that from a run, which goes by it at once.",
        "",
        "From the strongest to the weakest, what holds is what the machine's administrator locked",
        "([policy.md](policy.md)), what was changed in the run (`emocam ctl set`), `--set` and the",
        "options that stand for settings, your file, what the administrator recommends, and the",
        "default.",
    ]
    group = ""
    for key, declaration in declarations().items():
        if key.partition(".")[0] != group:
            group = key.partition(".")[0]
            lines += ["", f"## {group}", "", "| setting | default | allowed | what it does |"]
            lines += ["| --- | --- | --- | --- |"]
        default, allowed = as_toml(declaration.default), declaration.allowed.replace("|", "\\|")
        lines.append(f"| `{key}` | `{default}` | {allowed} | {declaration.description} |")
    return "\n".join(lines) + "\n"


def listing(settings: Settings) -> str:
    """What holds, as TOML with the descriptions as comments; a settings file to start from."""
    lines: list[str] = []
    group = ""
    for key, declaration in declarations().items():
        table, _, name = key.partition(".")
        if table != group:
            group = table
            lines += ["", f"[{group}]"] if lines else [f"[{group}]"]
        lines.append(f"# {declaration.description} Allowed: {declaration.allowed}.")
        lines.append(f"{name} = {as_toml(settings.value(key))}")
    return "\n".join(lines) + "\n"
