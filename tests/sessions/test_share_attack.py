"""Who has all share files and reports can tell no more than epsilon allows; the curve is right."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from benchmarks import share_attack, share_weights
from emocam.sessions.share import EXPRESSIONS, Terms, make


@pytest.mark.privacy(
    "who has all share files and reports tells a bin no better than epsilon allows"
)
def test_attacks_stay_below_their_bound(figure: Callable[[str], None]) -> None:
    chance, found = random.Random(1), []
    for epsilon in (0.5, 2.0):
        for attack in share_attack.ATTACKS:
            seen = attack(epsilon, 1500, chance)
            found.append(seen)
            assert seen.right <= seen.bound + seen.chance, seen
            assert seen.right >= 0.5 - seen.chance, seen  # it does try
    best = max(found[3:], key=lambda seen: seen.right)
    words = f"{best.right:.0%} of 1500 times ({best.attack}), at most {best.bound:.0%}"
    figure(f"at epsilon 2 right {words}")


def test_the_attacker_uses_what_there_is() -> None:
    """Answers that were drawn anew would be worth much more: the attack tells a leak."""
    chance = random.Random(2)
    single = share_attack.one_bin(1.0, 1500, chance)
    averaged = share_attack.again(1.0, 1500, 30, chance)
    assert averaged.right > single.bound
    assert averaged.right > 0.95


@pytest.mark.parametrize("pool", [1, 5])
def test_the_class_curve_is_within_its_intervals(pool: int) -> None:
    held, width = share_attack.coverage(2.0, 30, 2, pool, random.Random(3))
    assert held >= 0.94
    assert width < 0.5


@pytest.mark.parametrize("one", share_weights.CLASSES, ids=lambda one: one.name)
def test_who_gives_much_noise_blurs_nobody_else(one: share_weights.Class) -> None:
    """EmoCam's weights are about the best of all that were tried, and hardest to abuse."""
    chance, ours = random.Random(5), "by noise and people"
    off = share_weights.errors(one, 5, 150, chance)
    assert off[ours] <= 1.1 * min(off.values())
    moved = share_weights.forged(one, 5)
    assert moved[ours] <= min(0.15, moved["all alike"] / 5)
    held, _ = share_weights.held(one, 5, 60, chance)
    assert held >= 0.85


def test_simulated_students_show_all_there_is() -> None:
    rows = [row for seed in range(20) for row in share_attack.student(random.Random(seed), True)]
    shown = {row.expression for row in rows}
    assert shown == {"neutral", "happiness", "surprise", "sadness", None}
    share = make(rows[:540], Terms("L", 60, 2.0, 90, attention=True), random.Random(4).randrange)
    assert set(share.expression) <= set(EXPRESSIONS)
    assert share.attention is not None
