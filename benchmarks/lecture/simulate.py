"""Simulated students: expressions as Markov chains, a pull by the lecture, nobody's recordings."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from emocam.sessions.layout import EXPRESSIONS, Header, Row
from emocam.sessions.share import Share, Terms, make
from emocam.sessions.writer import LogWriter

LECTURE = "Optics 3 (simulated)"
#: How often each expression is taken up at rest; neutral by far the most.
_REST = dict(zip(EXPRESSIONS, (0.72, 0.1, 0.03, 0.06, 0.04, 0.015, 0.015, 0.02), strict=True))
#: Seconds that an expression lasts in the mean.
_LASTS = 9.0
#: What the lecture pulls at: from and to (as shares of its length), expression, how strongly.
_PULLS = (
    (0.10, 0.14, "happiness", 0.5),
    (0.33, 0.38, "surprise", 0.3),
    (0.47, 0.53, "anger", 0.4),
    (0.70, 0.74, "happiness", 0.6),
)
#: Where most look away: a dull part and the end.
_DULL = ((0.56, 0.66), (0.93, 1.0))


def student(seed: int, seconds: int) -> Iterator[Row]:
    """One student's readings, one a second; a seed always gives the same."""
    chance = random.Random(seed)
    temper = chance.uniform(0.6, 1.4)
    expression, look, gone = "neutral", "screen", 0
    for t in range(seconds):
        part = t / seconds
        if gone or chance.random() < 0.0003:
            gone = gone - 1 if gone else chance.randrange(20, 240)
            yield Row(float(t), "no_face")
            continue
        if chance.random() < 1 / _LASTS:
            expression = _next(chance, part, temper)
        if chance.random() < 1 / 15:
            dull = any(a <= part < b for a, b in _DULL)
            away = (0.5 if dull else 0.15) / temper
            look = "elsewhere" if chance.random() < away else "screen"
            look = "closed" if chance.random() < 0.02 else look
        weights = [chance.random() ** 4 for _ in EXPRESSIONS]
        weights[EXPRESSIONS.index(expression)] += 3 + 4 * chance.random()
        total = sum(weights)
        shares = tuple(round(255 * each / total) / 255 for each in weights)
        read = EXPRESSIONS[max(range(len(shares)), key=shares.__getitem__)]
        yield Row(float(t), "face", read, shares, look)


def _next(chance: random.Random, part: float, temper: float) -> str:
    for start, end, label, strength in _PULLS:
        if start <= part < end and chance.random() < strength * temper:
            return label
    return chance.choices(list(_REST), list(_REST.values()))[0]


def log(path: Path, seed: int, seconds: int) -> Path:
    """A student's log, as EmoCam writes it."""
    started = 1.7e9 + 86_400 * seed
    writer = LogWriter(path, Header(path.stem, started, lecture=LECTURE))
    for row in student(seed, seconds):
        writer.write(row)
    writer.close(started + seconds)
    return path


def share(seed: int, seconds: int, epsilon: float) -> Share:
    """A student's share file, with bins of a minute."""
    terms = Terms(LECTURE, 60, epsilon, seconds // 60, attention=True)
    return make(student(seed, seconds), terms, random.Random(-seed).randrange)
