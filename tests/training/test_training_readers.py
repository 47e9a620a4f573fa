"""Every format is read, and every kind of damage gets a clear error."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.data import NO_LABEL, Faces
from training.duplicates import closest, exact_duplicates, near_duplicates, without_leaks
from training.errors import DataError
from training.readers import read

PIXELS = " ".join(str(i % 256) for i in range(48 * 48))


def test_npz(npz: Path, faces: Faces) -> None:
    got = read([npz])
    assert np.array_equal(got.images, faces.images)
    assert np.array_equal(got.votes, faces.votes)
    assert got.part("valid").size == 48


def test_fer2013_csv_with_ferplus(tmp_path: Path) -> None:
    csv = tmp_path / "fer2013.csv"
    csv.write_text(
        f"emotion,pixels,Usage\n3,{PIXELS},Training\n6,{PIXELS},PublicTest\n"
        f"0,{PIXELS},PrivateTest\n"
    )
    plus = tmp_path / "fer2013new.csv"
    plus.write_text(
        "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,"
        "unknown,NF\n"
        "Training,fer0000000.png,0,10,0,0,0,0,0,0,0,0\n"
        "PublicTest,fer0000001.png,8,0,0,2,0,0,0,0,0,0\n"
        "PrivateTest,,0,0,0,0,0,0,0,0,0,10\n"
    )
    got = read([csv], plus)
    assert got.split.tolist() == ["train", "valid", "test"]
    assert got.labels.tolist() == [3, 6, 0]
    assert got.images[0, 1, 3] == 51
    assert got.votes[1].tolist() == [8, 0, 0, 2, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("emotion,Usage\n1,Training\n", "lacks the columns pixels"),
        (f"emotion,pixels,Usage\n7,{PIXELS},Training\n", "line 2: unknown label 7"),
        ("emotion,pixels,Usage\n1,1 2 3,Training\n", "line 2: 3 pixel values"),
        (f"emotion,pixels,Usage\n1,{PIXELS},Holidays\n", "unknown Usage 'Holidays'"),
        (f"emotion,pixels,Usage\nx,{PIXELS},Training\n", "not a number"),
        ("emotion,pixels,Usage\n", "has no rows"),
    ],
)
def test_damaged_csv(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "fer2013.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=message):
        read([path])


def test_ferplus_that_does_not_fit(tmp_path: Path) -> None:
    csv = tmp_path / "fer2013.csv"
    csv.write_text(f"emotion,pixels,Usage\n3,{PIXELS},Training\n")
    plus = tmp_path / "fer2013new.csv"
    head = "Usage,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n"
    plus.write_text(head)
    with pytest.raises(DataError, match=r"has 0 rows, fer2013\.csv has 1"):
        read([csv], plus)
    plus.write_text(head + "PublicTest,1,0,0,0,0,0,0,0,0,0\n")
    with pytest.raises(DataError, match="does not fit the rows"):
        read([csv], plus)


def test_folders(tmp_path: Path, faces: Faces) -> None:
    for split, name, index in (("train", "happy", 3), ("validation", "angry", 0)):
        folder = tmp_path / split / name
        folder.mkdir(parents=True)
        Image.fromarray(faces.images[index]).resize((64, 64)).convert("RGB").save(folder / "a.png")
    got = read([tmp_path])
    assert got.images.shape == (2, 48, 48)
    assert sorted(zip(got.split.tolist(), got.labels.tolist(), strict=True)) == [
        ("train", 3),
        ("valid", 0),
    ]
    (tmp_path / "train" / "bored").mkdir()
    Image.fromarray(faces.images[0]).save(tmp_path / "train" / "bored" / "b.png")
    with pytest.raises(DataError, match="'bored' is no known class"):
        read([tmp_path])


def test_a_picture_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "happy").mkdir()
    (tmp_path / "happy" / "a.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"a\.png cannot be read as a picture"):
        read([tmp_path])


def test_expw(tmp_path: Path, faces: Faces) -> None:
    (tmp_path / "label").mkdir()
    (tmp_path / "image").mkdir()
    wide = np.zeros((100, 200), np.uint8)
    wide[20:68, 100:148] = faces.images[3]
    Image.fromarray(wide).convert("RGB").save(tmp_path / "image" / "party_1.png")
    listing = tmp_path / "label" / "label.lst"
    listing.write_text("party_1.png 0 20 100 148 68 42.5 3\n")
    got = read([tmp_path])
    assert np.array_equal(got.images[0], faces.images[3])
    assert got.labels.tolist() == [3]
    listing.write_text("party_1.png 0 20 100 148 68 42.5 9\n")
    with pytest.raises(DataError, match="unknown label"):
        read([tmp_path])
    listing.write_text("gone.png 0 20 100 148 68 42.5 3\n")
    with pytest.raises(DataError, match=r"gone\.png is missing"):
        read([tmp_path])


def test_what_is_no_data_set(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not exist"):
        read([tmp_path / "nothing"])
    with pytest.raises(DataError, match="holds no pictures"):
        read([tmp_path])
    with pytest.raises(DataError, match="No data was given"):
        read([])
    (tmp_path / "x.npz").write_bytes(b"PK no zip")
    with pytest.raises(DataError, match="cannot be read as npz"):
        read([tmp_path / "x.npz"])
    np.savez(tmp_path / "y.npz", images=np.zeros((2, 48, 48), np.uint8))
    with pytest.raises(DataError, match="lacks the arrays labels, split"):
        read([tmp_path / "y.npz"])
    (tmp_path / "z.txt").write_text("")
    with pytest.raises(DataError, match="is not known"):
        read([tmp_path / "z.txt"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labels": np.array([9, 1], np.uint8)}, r"unknown labels \[9\]"),
        ({"labels": np.array([1], np.uint8)}, "1 labels for 2 images"),
        ({"split": np.array(["train", "dev"])}, r"unknown split \['dev'\]"),
        ({"votes": np.zeros((2, 8), np.uint8)}, "votes have the shape"),
        ({"images": np.zeros((2, 48, 40), np.uint8)}, "square grey pictures"),
    ],
)
def test_a_table_checks_itself(change: dict[str, np.ndarray], message: str) -> None:
    good = {
        "images": np.zeros((2, 48, 48), np.uint8),
        "labels": np.array([0, NO_LABEL], np.uint8),
        "votes": np.zeros((2, 10), np.uint8),
        "split": np.array(["train", "valid"]),
    }
    Faces(**good, source="good")
    with pytest.raises(DataError, match=message):
        Faces(**(good | change), source="bad")


def test_duplicates_of_validation_rows_are_kept_out_of_training(faces: Faces) -> None:
    train, valid = faces.part("train"), faces.part("valid")
    images = train.images.copy()
    images[0] = valid.images[5]
    images[1] = valid.images[6][:, ::-1]
    images[2] = (valid.images[7] * 0.8 + 15).astype(np.uint8)
    changed = Faces(
        np.concatenate([images, valid.images]),
        faces.labels,
        faces.votes,
        faces.split,
        "with duplicates",
    )
    own = changed.part("train")
    assert np.flatnonzero(exact_duplicates(own, valid)).tolist() == [0]
    # Drawn faces of one class are all alike, so the bar is raised here.
    assert np.flatnonzero(near_duplicates(own, valid, 0.9999)).tolist() == [0, 1, 2]
    index, likeness = closest(own, valid)
    assert index[:2].tolist() == [5, 6]
    assert likeness[:3].min() > 0.9999
    assert without_leaks(changed, near=False).exact == 1
    assert len(without_leaks(changed, near=False).train) == len(train) - 1


def test_flat_pictures_are_no_duplicates_of_each_other() -> None:
    flat = Faces(
        np.stack([np.full((48, 48), v, np.uint8) for v in (10, 200)]),
        np.zeros(2, np.uint8),
        np.zeros((2, 10), np.uint8),
        np.array(["train", "valid"]),
        "flat",
    )
    assert not near_duplicates(flat.part("train"), flat.part("valid")).any()
