"""What the pack "Classic" shows where no face is: cameras, a chair, a cup, signs."""

from __future__ import annotations

from tools.art.face import INK
from tools.art.paths import blob, closed, mirrored, opened

RIM = "#5f7390"
STEEL = ("#f1f5fb", "#c5d1e0", "#8fa3bd")
CORAL = "#ef5238"


def _shaded(name: str, stops: tuple[str, ...]) -> str:
    steps = "\n".join(
        f'      <stop offset="{index / (len(stops) - 1):g}" stop-color="{colour}"/>'
        for index, colour in enumerate(stops)
    )
    start = f'    <radialGradient id="paint-{name}" cx="0.5" cy="0.3" r="0.78">'
    return f"{start}\n{steps}\n    </radialGradient>\n"


def _document(parts: str, **gradients: tuple[str, ...]) -> str:
    shades = "".join(_shaded(name, stops) for name, stops in gradients.items())
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">\n'
        f"  <defs>\n{shades}  </defs>\n{parts}</svg>\n"
    )


def _camera(
    lens: str, front: str = "", *, steel: tuple[str, ...] = STEEL, **more: tuple[str, ...]
) -> str:
    parts = f"""  <g id="stand">
    <path id="post" fill="none" stroke="{RIM}" stroke-width="52" d="M256 372 L256 440"/>
    <rect id="base" x="126" y="424" width="260" height="54" rx="27" fill="#8fa3bd" stroke="{RIM}" stroke-width="10"/>
  </g>
  <g id="camera">
    <rect id="body" x="56" y="38" width="400" height="350" rx="160" fill="url(#paint-steel)" stroke="{RIM}" stroke-width="10"/>
    <circle id="bezel" cx="256" cy="213" r="154" fill="#ffffff"/>
    <circle id="lens" cx="256" cy="213" r="134" fill="url(#paint-glass)" stroke="{INK}" stroke-width="14"/>
{lens}  </g>
{front}"""
    glass = more.pop("glass", ("#5b86c9", "#27396b", "#161d3a"))
    return _document(parts, steel=steel, glass=glass, **more)


def covered() -> str:
    """A camera whose shutter is closed."""
    return _camera(
        f"""    <path id="stripes" fill="none" stroke="{INK}" stroke-width="30" d="M144 290 L333 101 M179 325 L368 136"/>
    <circle id="ring" cx="256" cy="213" r="134" fill="none" stroke="{INK}" stroke-width="16"/>
""",
        glass=("#ffd76a", "#fbae17", "#e08a0c"),
    )


def denied() -> str:
    """A camera behind a lock."""
    return _camera(
        """    <path id="shackle" fill="none" stroke="#ffffff" stroke-width="24" d="M208 206 L208 168 C208 138 228 122 256 122 C284 122 304 138 304 168 L304 206"/>
    <rect id="lock" x="176" y="194" width="160" height="112" rx="22" fill="#ffffff"/>
    <circle id="keyhole" cx="256" cy="236" r="18" fill="#c2322b"/>
    <path id="keyway" fill="none" stroke="#c2322b" stroke-width="14" stroke-linecap="round" d="M256 242 L256 276"/>
""",
        glass=("#ff8a72", "#ec4b33", "#b82420"),
    )


def stalled() -> str:
    """A camera whose picture is frozen."""
    arm = "M256 213 L256 116 M256 154 L228 130 M256 154 L284 130"
    arms = "".join(
        f'    <g id="arm-{n}" transform="rotate({60 * n} 256 213)">\n'
        f'      <path fill="none" stroke="#ffffff" stroke-width="17" stroke-linecap="round" '
        f'd="{arm}"/>\n'
        "    </g>\n"
        for n in range(6)
    )
    return _camera(
        arms, steel=("#f1f9ff", "#bfe0f5", "#86b4d6"), glass=("#8fdcff", "#3fa4e0", "#1f6fb5")
    )


def busy() -> str:
    """A camera behind another program's window."""
    lens = """    <circle id="iris" cx="256" cy="152" r="50" fill="#0f1430"/>
    <circle id="glint" cx="274" cy="132" r="18" fill="#ffffff"/>
"""
    window = f"""  <g id="window">
    <rect id="frame" x="92" y="214" width="328" height="206" rx="26" fill="#ffffff" stroke="{INK}" stroke-width="16"/>
    <path id="title" fill="url(#paint-title)" d="M100 274 L100 240 C100 228 106 222 118 222 L394 222 C406 222 412 228 412 240 L412 274 Z"/>
    <circle id="button-left" cx="136" cy="249" r="12" fill="#ffffff"/>
    <circle id="button-right" cx="376" cy="249" r="12" fill="#ffffff"/>
    <circle id="person" cx="256" cy="326" r="30" fill="#5b86c9"/>
    <path id="shoulders" fill="#5b86c9" d="M186 411 C186 376 218 362 256 362 C294 362 326 376 326 411 Z"/>
  </g>
"""
    return _camera(lens, window, title=("#ffb04f", "#ff8f1c"))


def unplugged() -> str:
    """A plug out of its socket."""
    parts = f"""  <g id="pair" transform="rotate(-45 256 256)">
    <path id="cable-left" fill="none" stroke="{RIM}" stroke-width="44" stroke-linecap="round" d="M-44 256 L44 256"/>
    <path id="cable-right" fill="none" stroke="{RIM}" stroke-width="44" stroke-linecap="round" d="M556 256 L470 256"/>
    <path id="pins-rim" fill="none" stroke="#b0641f" stroke-width="36" stroke-linecap="round" d="M150 218 L226 218 M150 294 L226 294"/>
    <path id="pins" fill="none" stroke="#ffd98a" stroke-width="22" stroke-linecap="round" d="M150 218 L226 218 M150 294 L226 294"/>
    <path id="plug" fill="url(#paint-steel)" stroke="{RIM}" stroke-width="10" d="M168 166 L168 346 C168 354 162 360 154 360 L120 360 C72 360 28 314 28 256 C28 198 72 152 120 152 L154 152 C162 152 168 158 168 166 Z"/>
    <path id="socket" fill="url(#paint-steel)" stroke="{RIM}" stroke-width="10" d="M308 166 C308 158 314 152 322 152 L392 152 C440 152 484 198 484 256 C484 314 440 360 392 360 L322 360 C314 360 308 354 308 346 Z"/>
    <path id="holes" fill="none" stroke="{INK}" stroke-width="30" stroke-linecap="round" d="M334 218 L362 218 M334 294 L362 294"/>
  </g>
  <path id="sparks" fill="none" stroke="{CORAL}" stroke-width="24" stroke-linecap="round" d="M172 138 L142 108 M214 112 L206 70 M138 182 L98 174 M340 374 L370 404 M298 400 L306 442 M374 330 L414 338"/>
"""
    return _document(parts, steel=STEEL)


def away() -> str:
    """An empty chair."""
    parts = f"""  <g id="legs" fill="none" stroke-linecap="round">
    <path id="post" stroke="{RIM}" stroke-width="36" d="M256 340 L256 424"/>
    <path id="feet" stroke="{RIM}" stroke-width="32" d="M256 412 L128 462 M256 412 L384 462 M256 412 L256 466"/>
    <circle id="wheel-left" cx="126" cy="462" r="22" fill="#c5d1e0" stroke="{RIM}" stroke-width="10"/>
    <circle id="wheel-middle" cx="256" cy="472" r="22" fill="#c5d1e0" stroke="{RIM}" stroke-width="10"/>
    <circle id="wheel-right" cx="386" cy="462" r="22" fill="#c5d1e0" stroke="{RIM}" stroke-width="10"/>
  </g>
  <g id="chair">
    <path id="arms" fill="none" stroke="{RIM}" stroke-width="36" stroke-linecap="round" d="M78 214 L78 296 C78 322 96 334 122 334 M434 214 L434 296 C434 322 416 334 390 334"/>
    <rect id="back" x="126" y="24" width="260" height="262" rx="92" fill="url(#paint-steel)" stroke="{RIM}" stroke-width="10"/>
    <rect id="pad" x="164" y="62" width="184" height="176" rx="62" fill="url(#paint-cloth)"/>
    <rect id="seat" x="102" y="284" width="308" height="74" rx="37" fill="url(#paint-cloth)" stroke="#b0641f" stroke-width="10"/>
  </g>
"""
    return _document(parts, steel=STEEL, cloth=("#ffe6a8", "#fbc24f", "#e9a03c"))


def moment() -> str:
    """An hourglass."""
    glass = "M150 92 C150 190 226 214 226 256 C226 298 150 322 150 420 L362 420 C362 322 286 298 286 256 C286 214 362 190 362 92 Z"
    parts = f"""  <g id="hourglass">
    <path id="glass" fill="url(#paint-glass)" stroke="{RIM}" stroke-width="18" stroke-linejoin="round" d="{glass}"/>
    <path id="sand-above" fill="url(#paint-sand)" d="M176 150 C196 196 240 212 246 248 L266 248 C272 212 316 196 336 150 C310 162 202 162 176 150 Z"/>
    <path id="sand-stream" fill="none" stroke="#f3a93c" stroke-width="12" stroke-linecap="round" d="M256 240 L256 340"/>
    <path id="sand-below" fill="url(#paint-sand)" d="M166 410 C172 372 214 330 256 322 C298 330 340 372 346 410 Z"/>
    <path id="shine" fill="none" stroke="#ffffff" stroke-width="16" stroke-linecap="round" d="M182 118 C184 142 190 158 200 172"/>
    <rect id="top" x="104" y="32" width="304" height="66" rx="33" fill="url(#paint-steel)" stroke="{RIM}" stroke-width="10"/>
    <rect id="bottom" x="104" y="414" width="304" height="66" rx="33" fill="url(#paint-steel)" stroke="{RIM}" stroke-width="10"/>
  </g>
"""
    return _document(
        parts, steel=STEEL, glass=("#f4fbff", "#d7eefb"), sand=("#ffdb6a", "#f9b63a", "#e8922a")
    )


def heart() -> str:
    """A heart."""
    left = [
        (256, 146), (226, 84), (168, 52), (118, 66),
        (58, 82), (28, 140), (38, 208), (52, 306), (160, 388), (256, 462),
    ]  # fmt: skip
    shape = [*left, *mirrored(left)[::-1][1:]]
    shine = [(92, 190), (88, 150), (106, 122), (138, 114)]
    parts = f"""  <g id="heart">
    <path id="shape" fill="url(#paint-red)" stroke="#a3123c" stroke-width="12" stroke-linejoin="round" d="{closed(shape)}"/>
    <path id="shine" fill="none" stroke="#ffffff" stroke-opacity="0.75" stroke-width="26" stroke-linecap="round" d="{opened(shine)}"/>
  </g>
"""
    return _document(parts, red=("#ff8fa3", "#f53b62", "#c9184a"))


def question() -> str:
    """A question mark in a speech bubble.

    In a mirror it is the question mark of Arabic script: nobody reads anything else in it.
    """
    bubble = closed(blob(256, 226, 222, 190, 0.74))
    hook = "M184 182 C184 128 216 104 256 104 C300 104 330 132 330 172 C330 226 256 222 256 278"
    parts = f"""  <g id="bubble">
    <path id="rim" fill="#3a4aa8" stroke="#3a4aa8" stroke-width="24" stroke-linejoin="round" d="{bubble} M194 396 L256 484 L318 396 Z"/>
    <path id="tail" fill="#d3dbff" d="M194 396 L256 484 L318 396 Z"/>
    <path id="round" fill="url(#paint-pale)" d="{bubble}"/>
  </g>
  <g id="mark">
    <path id="hook" fill="none" stroke="#3f51b8" stroke-width="54" stroke-linecap="round" stroke-linejoin="round" d="{hook}"/>
    <circle id="point" cx="256" cy="346" r="32" fill="#3f51b8"/>
  </g>
"""
    return _document(parts, pale=("#ffffff", "#f1f4ff", "#d3dbff"))


def coffee() -> str:
    """A cup with steam."""
    steam = "M172 150 C140 116 200 96 172 54 M240 138 C208 104 268 80 240 36 M308 150 C276 116 336 96 308 54"
    body = "M82 190 L398 190 L384 350 C378 412 336 440 284 440 L196 440 C144 440 102 412 96 350 Z"
    parts = f"""  <path id="steam" fill="none" stroke="#e8eef6" stroke-width="30" stroke-linecap="round" d="{steam}"/>
  <g id="cup">
    <path id="handle-rim" fill="none" stroke="#8f3a1c" stroke-width="56" d="M376 236 C470 214 476 348 362 348"/>
    <path id="handle" fill="none" stroke="#e8764a" stroke-width="36" d="M376 236 C470 214 476 348 362 348"/>
    <ellipse id="saucer" cx="240" cy="446" rx="204" ry="32" fill="#fff1dc" stroke="#8f3a1c" stroke-width="10"/>
    <path id="body" fill="url(#paint-clay)" stroke="#8f3a1c" stroke-width="10" stroke-linejoin="round" d="{body}"/>
    <ellipse id="mouth" cx="240" cy="192" rx="158" ry="36" fill="#fff1dc" stroke="#8f3a1c" stroke-width="10"/>
    <ellipse id="coffee" cx="240" cy="196" rx="134" ry="23" fill="#6b3a1f"/>
    <path id="sign" fill="#fff1dc" d="M240 300 C228 278 192 280 192 312 C192 342 224 358 240 374 C256 358 288 342 288 312 C288 280 252 278 240 300 Z"/>
  </g>
"""
    return _document(parts, clay=("#ffb48a", "#ee8050", "#c9562b"))
