"""Expressions are told apart in a small tile, also after a bad meeting; docs/avatars.md."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.colorimetry import contrast, lab, seen_as
from benchmarks.legibility import EXPRESSIONS, PACKS, pairs, recover
from benchmarks.tiles import ssim
from emocam.expression import Picture

each_pack = pytest.mark.parametrize("pack", PACKS)


def test_the_measures_have_their_known_values() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert lab([255, 255, 255]) == pytest.approx([100, 0, 0], abs=0.02)
    assert lab([255, 0, 0]) == pytest.approx([53.24, 80.09, 67.20], abs=0.02)
    assert lab([0, 0, 255]) == pytest.approx([32.30, 79.19, -107.86], abs=0.02)
    grey = np.full((3,), 128.0)
    for vision in ("full", "protanopia", "deuteranopia", "tritanopia"):
        assert seen_as(grey, vision) == pytest.approx(grey, abs=0.5)


def test_likeness_has_its_known_values() -> None:
    rng = np.random.default_rng(0)
    noise = rng.uniform(0, 255, (1, 30, 40))
    assert float(ssim(noise, noise)) == pytest.approx(1)
    assert abs(float(ssim(noise, rng.uniform(0, 255, (1, 30, 40))))) < 0.1
    # two flat pictures differ in the first factor alone
    one, other, c1 = 100.0, 150.0, (0.01 * 255) ** 2
    expected = (2 * one * other + c1) / (one**2 + other**2 + c1)
    flat = [np.full((1, 20, 20), value) for value in (one, other)]
    assert float(ssim(*flat)) == pytest.approx(expected, abs=1e-6)


@each_pack
def test_each_two_expressions_differ_clearly(pack: str) -> None:
    for pair in pairs(pack):
        assert pair.ssim < 0.6, pair
        assert pair.colour > 15, pair
        assert pair.lightness > 6, pair


@each_pack
def test_each_two_pictures_differ(pack: str) -> None:
    for pair in pairs(pack, list(Picture)):
        assert pair.ssim < 0.85, pair
        assert pair.colour > 10, pair


@pytest.mark.parametrize("vision", ["protanopia", "deuteranopia", "tritanopia"])
@each_pack
def test_expressions_differ_for_those_who_see_fewer_colours(pack: str, vision: str) -> None:
    for pair in pairs(pack, EXPRESSIONS, vision):
        assert pair.colour > 10, pair


@each_pack
def test_spoilt_tiles_are_recovered(pack: str) -> None:
    found = recover(pack, 7, seed=11, shown=EXPRESSIONS, backgrounds=("#20262e", "#f2f2ee"))
    assert found["expressions"].tried == 112
    for name, result in found.items():
        assert result.right >= 0.99 * result.tried, (name, result)
