"""Votes become labels as Barsoum et al. count them."""

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from drawn_faces import make_faces
from hypothesis import given
from hypothesis import strategies as st

from emocam.expression import Expression
from training import commands
from training.data import NO_LABEL, label_votes
from training.errors import DataError
from training.labels import FER2013_TO_FERPLUS, distribution, entropy, majority, raw_majority


def votes(**named: int) -> np.ndarray:
    order = (*(e.label for e in Expression), "unknown", "nf")
    return np.array([[named.get(n, 0) for n in order]], np.uint8)


def test_a_single_vote_is_an_outlier_and_tips_the_majority() -> None:
    # 5 of 10 is no majority, but with the single votes dropped it is 5 of 8.
    top, counted = majority(votes(sadness=5, neutral=3, anger=1, fear=1))
    assert counted[0]
    assert top[0] == 3
    _, agreed = raw_majority(votes(sadness=5, neutral=3, anger=1, fear=1))
    assert not agreed[0]


def test_a_tie_does_not_count() -> None:
    assert not majority(votes(neutral=5, sadness=5))[1][0]


def test_unknown_and_no_face_do_not_count() -> None:
    assert not majority(votes(unknown=8, neutral=2))[1][0]
    assert not majority(votes(nf=10))[1][0]
    assert not majority(votes())[1][0]


def test_unclear_rows_weigh_less() -> None:
    target, weight = distribution(
        np.concatenate([votes(happiness=10), votes(happiness=5, unknown=5), votes()])
    )
    assert weight.tolist() == [1.0, 0.5, 0.0]
    assert target[0, 1] == target[1, 1] == 1.0


def test_entropy_is_one_bit_for_an_even_split() -> None:
    assert entropy(votes(neutral=5, sadness=5))[0] == 1.0
    assert entropy(votes(neutral=10))[0] == 0.0


@given(st.lists(st.integers(0, 10), min_size=10, max_size=10))
def test_counting_agrees_with_the_rule_said_plainly(row: list[int]) -> None:
    kept = [0 if v == 1 else v for v in row]
    winners = [i for i in range(8) if 2 * kept[i] > sum(kept)]
    top, counted = majority(np.array([row], np.uint8))
    assert counted[0] == bool(winners)
    if winners:
        assert top[0] == winners[0]
    target, weight = distribution(np.array([row], np.uint8))
    assert abs(float(target.sum()) - 1) < 1e-5
    assert 0 <= weight[0] <= 1


def test_labels_vote_only_where_a_whole_set_has_no_votes() -> None:
    faces = make_faces(14, 7)
    own = label_votes(replace(faces, votes=np.zeros_like(faces.votes)))
    top, counted = majority(own.votes)
    assert counted.all()
    assert (top == np.array(FER2013_TO_FERPLUS)[faces.labels]).all()
    assert (own.votes.sum(1) == 10).all()
    nothing = replace(own, labels=np.full(len(own), NO_LABEL, np.uint8), votes=faces.votes * 0)
    with pytest.raises(DataError, match="nothing to learn"):
        label_votes(nothing)


def test_a_row_that_ferplus_left_out_stays_out(tmp_path: Path) -> None:
    faces = make_faces(14, 7)
    some = faces.votes.copy()
    some[3] = 0
    rated, bare = tmp_path / "rated.npz", tmp_path / "bare.npz"
    table = {"images": faces.images, "labels": faces.labels, "split": faces.split}
    np.savez(rated, ferplus_votes=some, **table)
    np.savez(bare, **table)
    options = Namespace(data=[rated, bare], ferplus=None)
    read = commands._faces(options, 48)
    assert read.votes[3].sum() == 0
    assert (read.votes[:21] == some).all()
    assert (read.votes[21:].sum(1) == 10).all()
