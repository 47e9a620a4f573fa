"""How well the pictures of a pack can be told apart in a small tile.

    python -m benchmarks.legibility [--pack classic --pack contrast] [--rounds 20] [--write-docs]

Two measurements, both on what the camera shows, reduced to a tile of 96x54 pixels:

* Each pair of expressions, in the square around the avatar (43 pixels wide at the size it has by
  default): SSIM of the luma (Wang et al., "Image quality assessment: from error visibility to
  structural similarity", 2004), the mean colour difference (CIE 1976 L*a*b*, D65), its part in
  lightness alone, and the same as people without one kind of cone see it (Machado et al., "A
  physiologically-based model for simulation of color vision deficiency", 2009).
* Tiles that went through a bad meeting: moved, dimmed or brightened, blurred, of half the size
  (48x27), with noise, compressed as JPEG, and brought back to 96x54. The nearest of the pack's
  clean pictures on the same background, by mean SSIM of red, green and blue, is what was
  recovered; and once more by that of the luma alone.

Recovery says that the information is there, not that a person finds it as surely.
"""

from __future__ import annotations

import argparse
import itertools
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.colorimetry import VISION, contrast, lab, seen_as
from benchmarks.places import ROOT
from benchmarks.tiles import degraded, enlarged, planes, reduced, scene, square, ssim
from emocam.expression import Expression, Picture
from emocam.settings import Settings

PACKS = ("classic", "contrast")
DOCUMENT = ROOT / "docs" / "avatars.md"
#: The default, then dark, grey and light ones, and two of full colour.
BACKGROUNDS = ("#20262e", "#000000", "#7f8790", "#f2f2ee", "#ffd02e", "#1f6f5c")
EXPRESSIONS = [Picture.of(expression) for expression in Expression]


@dataclass(frozen=True)
class Pair:
    """How far two pictures are apart: SSIM in -1..1, the differences in units of CIE L*a*b*."""

    names: tuple[str, str]
    ssim: float
    colour: float
    lightness: float


@dataclass(frozen=True)
class Recovered:
    """How many degraded tiles were recovered, and what was most often taken for what."""

    right: int
    tried: int
    worst: tuple[str, str, int] | None


def pairs(
    pack: str, pictures: Sequence[Picture] = EXPRESSIONS, vision: str = "full"
) -> Iterator[Pair]:
    """Every two of the pictures, compared on the default background."""
    background = Settings().avatar.background
    tiles = {p: square(reduced(scene(pack, p, background))) for p in pictures}
    luma = {p: planes(tile, "L") for p, tile in tiles.items()}
    space = {p: lab(seen_as(np.asarray(tile), vision)) for p, tile in tiles.items()}
    for one, other in itertools.combinations(pictures, 2):
        apart = space[one] - space[other]
        yield Pair(
            (str(one), str(other)),
            float(ssim(luma[one], luma[other])),
            float(np.linalg.norm(apart, axis=-1).mean()),
            float(np.abs(apart[..., 0]).mean()),
        )


def recover(
    pack: str,
    rounds: int,
    seed: int = 5,
    shown: Sequence[Picture] = tuple(Picture),
    backgrounds: Sequence[str] = BACKGROUNDS,
) -> dict[str, Recovered]:
    """Nearest neighbours of degraded tiles, among all pictures of the pack.

    Args:
        pack: its name.
        rounds: degraded tiles for each picture and background.
        seed: of the degradations.
        shown: those whose tiles are degraded.
        backgrounds: ``#rrggbb`` each.

    Returns:
        ``colour`` and ``luma`` for all pictures, ``expressions`` (colour) for the eight alone.
    """
    rng = np.random.default_rng(seed)
    right: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    wrong: dict[str, Counter[tuple[str, str]]] = {}
    for background in backgrounds:
        wholes = {p: enlarged(scene(pack, p, background)) for p in Picture}
        clean = [square(reduced(whole)) for whole in wholes.values()]
        known = {mode: np.stack([planes(t, mode) for t in clean]) for mode in ("RGB", "L")}
        for _, picture in itertools.product(range(rounds), shown):
            taken = square(degraded(wholes[picture], rng))
            found = {
                name: list(Picture)[int(ssim(known[mode], planes(taken, mode)).argmax())]
                for name, mode in (("colour", "RGB"), ("luma", "L"))
            }
            if picture in EXPRESSIONS:
                found["expressions"] = found["colour"]
            for name, nearest in found.items():
                tried[name] += 1
                right[name] += nearest is picture
                if nearest is not picture:
                    wrong.setdefault(name, Counter())[str(picture), str(nearest)] += 1
    worst = {n: (*c.most_common(1)[0][0], c.most_common(1)[0][1]) for n, c in wrong.items()}
    return {name: Recovered(right[name], tried[name], worst.get(name)) for name in tried}


def report(packs: Sequence[str], rounds: int) -> Iterator[str]:
    """The lines of the report, as Markdown."""
    yield "| pack | pairs of | most alike by SSIM | least ΔE*ab | least ΔL* |"
    yield "| --- | --- | --- | --- | --- |"
    for pack, (what, pictures) in itertools.product(
        packs, (("expressions", EXPRESSIONS), ("all pictures", list(Picture)))
    ):
        found = list(pairs(pack, pictures))
        alike = max(found, key=lambda pair: pair.ssim)
        near = min(found, key=lambda pair: pair.colour)
        dim = min(found, key=lambda pair: pair.lightness)
        yield (
            f"| {pack} | {what} | {alike.ssim:.2f} {_names(alike)} "
            f"| {near.colour:.1f} {_names(near)} | {dim.lightness:.1f} {_names(dim)} |"
        )
    yield ""
    yield "| pack | least ΔE*ab of two expressions, by colour vision |"
    yield "| --- | --- |"
    for pack in packs:
        cells = []
        for vision in VISION:
            near = min(pairs(pack, EXPRESSIONS, vision), key=lambda pair: pair.colour)
            cells.append(f"{vision} {near.colour:.1f} {_names(near)}")
        yield f"| {pack} | {'; '.join(cells)} |"
    yield ""
    yield "| pack | recovered | right | of | share | most often mistaken |"
    yield "| --- | --- | --- | --- | --- | --- |"
    labels = {
        "expressions": "expressions, in colour",
        "colour": "all pictures, in colour",
        "luma": "all pictures, luma alone",
    }
    for pack in packs:
        found_again = recover(pack, rounds)
        for name, label in labels.items():
            r = found_again[name]
            worst = "none" if r.worst is None else f"{r.worst[0]} for {r.worst[1]}: {r.worst[2]}"
            yield (
                f"| {pack} | {label} | {r.right} | {r.tried} "
                f"| {100 * r.right / r.tried:.2f} % | {worst} |"
            )
    yield ""
    yield "| paint of Contrast | against black | against the default background |"
    yield "| --- | --- | --- |"
    background = Settings().avatar.background
    for paint in paints("contrast"):
        black, ground = contrast(paint, "#000000"), contrast(paint, background)
        yield f"| {paint} | {black:.1f}:1 | {ground:.1f}:1 |"


def paints(pack: str) -> list[str]:
    """The colours of a pack's drawings but black."""
    folder = ROOT / "assets" / "emoji" / pack
    found = {
        colour
        for path in folder.glob("*.svg")
        for colour in re.findall(r"#[0-9a-f]{6}", path.read_text(encoding="utf-8"))
    }
    return sorted(found - {"#000000"})


def _names(pair: Pair) -> str:
    return f"({pair.names[0]}, {pair.names[1]})"


def main(arguments: list[str]) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.legibility", description="How legible the packs' pictures are."
    )
    parser.add_argument("--pack", action="append", help=f"default: {' and '.join(PACKS)}")
    parser.add_argument("--rounds", type=int, default=20, help="tiles a picture and background")
    parser.add_argument("--write-docs", action="store_true", help="renew docs/avatars.md")
    given = parser.parse_args(arguments)
    text = "\n".join(report(given.pack or PACKS, given.rounds))
    print(text)
    if given.write_docs:
        _write(DOCUMENT, text)
    return 0


def _write(path: Path, text: str) -> None:
    start, end = "<!-- legibility -->", "<!-- /legibility -->"
    before, _, rest = path.read_text(encoding="utf-8").partition(start)
    after = rest.partition(end)[2]
    path.write_text(f"{before}{start}\n\n{text}\n\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
