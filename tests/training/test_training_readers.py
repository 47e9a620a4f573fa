"""Every format is read, and every kind of damage gets a clear error."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from training.data import NO_LABEL, Faces
from training.duplicates import closest, exact_duplicates, near_duplicates, without_leaks
from training.errors import DataError
from training.explore import overlaps
from training.readers import read

FERPLUS_HEAD = "Usage,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n"
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
        (f"emotion,pixels,Usage\nx,{PIXELS},Training\n", "line 2: not a number"),
        (f"emotion,pixels,Usage\n1,{'9' * 30},Training\n", "line 2: not a number"),
        (f"emotion,pixels,Usage\n1,{PIXELS},Training\n2,1 2", "line 3 ends before Usage"),
        (f'emotion,pixels,Usage\n1,"{PIXELS * 20}', "is no csv"),
        ("emotion,pixels,Usage\n", "has no rows"),
    ],
)
def test_damaged_csv(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "fer2013.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=message):
        read([path])


def test_csv_that_is_no_utf8(tmp_path: Path) -> None:
    path = tmp_path / "fer2013.csv"
    path.write_bytes(f"emotion,pixels,Usage\n3,{PIXELS},Training\n3,\xff".encode("latin-1"))
    with pytest.raises(DataError, match=r"fer2013\.csv, line 3 is no UTF-8 text"):
        read([path])


def test_csv_with_a_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    csv, plus = tmp_path / "fer2013.csv", tmp_path / "fer2013new.csv"
    text = f"emotion,pixels,Usage\r\n3,{PIXELS},Training\r\n"
    csv.write_bytes(text.encode("utf-8-sig"))
    plus.write_bytes((FERPLUS_HEAD + "Training,1,9,0,0,0,0,0,0,0,0\r\n").encode("utf-8-sig"))
    got = read([csv], plus)
    assert got.labels.tolist() == [3]
    assert got.votes.tolist() == [[1, 9, 0, 0, 0, 0, 0, 0, 0, 0]]


def test_a_cut_fer2013_is_read_with_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "fer2013.csv"
    path.write_text(f"emotion,pixels,Usage\n3,{PIXELS},Training\n3,{PIXELS},PublicTest\n")
    assert len(read([path])) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"warning: {path} has 1 Training rows (the original: 28,709), 1 Public")
    assert "0 PrivateTest rows (the original: 3,589): it may be cut" in said
    # Nobody wants to parse 36,000 rows in a test, so this original is smaller.
    original = {"Training": 1, "PublicTest": 1, "PrivateTest": 0}
    monkeypatch.setattr("training.fer2013._ROWS", original)
    read([path])
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (b"Training,1,0,0", "line 2 ends before sadness"),
        (b"Training,-1,0,0,0,0,0,0,0,0,0\n", "line 2: votes from -1 to 0"),
        (b"Training,300,0,0,0,0,0,0,0,0,0\n", "line 2: votes from 0 to 300"),
        (b"Training,,0,0,0,0,0,0,0,0,0\n", "line 2: not a number"),
        (b"Training,1,0,0,0,0,0,0,0,0,\xe9\n", "line 2 is no UTF-8 text"),
    ],
)
def test_damaged_ferplus(tmp_path: Path, row: bytes, message: str) -> None:
    csv, plus = tmp_path / "fer2013.csv", tmp_path / "fer2013new.csv"
    csv.write_text(f"emotion,pixels,Usage\n3,{PIXELS},Training\n")
    plus.write_bytes(FERPLUS_HEAD.encode() + row)
    with pytest.raises(DataError, match=message) as caught:
        read([csv], plus)
    assert str(plus) in str(caught.value)


def test_ferplus_beside_what_has_no_use_for_it(tmp_path: Path, npz: Path) -> None:
    for path in (npz, tmp_path):
        with pytest.raises(DataError, match=r"fer2013new\.csv is not used"):
            read([path], tmp_path / "fer2013new.csv")


def test_pictures_of_another_size_are_resampled(tmp_path: Path, npz: Path, faces: Faces) -> None:
    csv = tmp_path / "fer2013.csv"
    ramp = " ".join(str(i % 48) for i in range(48 * 48))
    csv.write_text(f"emotion,pixels,Usage\n3,{ramp},Training\n")
    got = read([npz, csv], size=24)
    assert got.images.shape == (len(faces) + 1, 24, 24)
    # Bilinear: each pixel lies amid two of the ramp's, away from the edges.
    assert np.abs(got.images[-1, 12, 2:-2] - (2 * np.arange(2, 22) + 0.5)).max() <= 0.5
    means = got.images[:-1].mean((1, 2)) - faces.images.mean((1, 2))
    assert np.abs(means).max() < 1
    assert np.array_equal(got.votes[:-1], faces.votes)
    assert read([npz], size=64).size == 64


def test_ferplus_that_does_not_fit(tmp_path: Path) -> None:
    csv = tmp_path / "fer2013.csv"
    csv.write_text(f"emotion,pixels,Usage\n3,{PIXELS},Training\n")
    plus = tmp_path / "fer2013new.csv"
    plus.write_text(FERPLUS_HEAD)
    with pytest.raises(DataError, match=r"has 0 rows, fer2013\.csv has 1"):
        read([csv], plus)
    plus.write_text(FERPLUS_HEAD + "PublicTest,1,0,0,0,0,0,0,0,0,0\n")
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


@pytest.mark.parametrize(
    "content", [b"no picture", b"", b"P5 8 8 255\n123", b"P5 90000 90000 255\n"]
)
def test_a_picture_that_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "happy").mkdir()
    (tmp_path / "happy" / "a.png").write_bytes(content)
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


def test_expw_has_a_tenth_of_its_pictures_for_validation(tmp_path: Path) -> None:
    dot = io.BytesIO()
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(dot, "jpeg")
    names = [f"{word}_face_{n}.jpg" for word in ("angry", "happy") for n in range(500)]
    for name in names:
        (tmp_path / name).write_bytes(dot.getvalue())
    # Two faces a picture, far apart in the list, the boxes unlike each other.
    lines = [f"{n} 0 0 0 4 4 9.5 3" for n in names] + [f"{n} 1 1 1 8 8 9.5 0" for n in names]
    (tmp_path / "label.lst").write_text("\n".join(lines))
    got = read([tmp_path], size=8)
    first, second = got.split[:1000], got.split[1000:]
    assert 70 < (first == "valid").sum() < 130
    assert set(first.tolist()) == {"train", "valid"}
    assert np.array_equal(first, second)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"party.jpg 0 20", "line 1 is not an ExpW label"),
        (b"party.jpg 0 20 100 20 100 42.5 3", "line 1: unknown label or empty box"),
        (b"part\xff.jpg 0 20 100 148 68 42.5 3", "line 1 is no UTF-8 text"),
        (b"\n", "names no faces"),
    ],
)
def test_damaged_expw(tmp_path: Path, line: bytes, message: str) -> None:
    (tmp_path / "label.lst").write_bytes(line)
    with pytest.raises(DataError, match=message):
        read([tmp_path])


def small_arrays() -> dict[str, np.ndarray]:
    """Arrays of a good npz with two faces."""
    return {
        "images": np.arange(2 * 48 * 48).astype(np.uint8).reshape(2, 48, 48),
        "labels": np.array([0, NO_LABEL]),
        "split": np.array(["train", "valid"]),
        "ferplus_votes": np.full((2, 10), 1),
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labels": np.array([-1, 3])}, "labels go from -1 to 3; 0 to 6"),
        ({"labels": np.array([256, 3])}, "labels go from 3 to 256"),
        ({"labels": np.array([0.5, 3])}, "labels are float64"),
        ({"labels": np.array(["happy", "sad"])}, "labels are <U5; whole numbers"),
        ({"labels": np.array([[1], [3]])}, r"labels have the shape \(2, 1\)"),
        ({"ferplus_votes": np.full((2, 10), -1)}, "ferplus_votes go from -1 to -1"),
        ({"ferplus_votes": np.full((2, 10), 0.1)}, "ferplus_votes are float64"),
        ({"ferplus_votes": np.array(1)}, r"ferplus_votes have the shape \(\)"),
        ({"images": np.zeros((2, 48, 48))}, "images are float64"),
        ({"images": np.zeros((0, 48, 48), np.uint8)}, r"images have the shape \(0, 48, 48\)"),
        ({"images": np.uint8(3)}, r"images have the shape \(\)"),
        ({"split": np.array([0, 1])}, "split is int64"),
        ({"split": np.array([b"train", b"valid"])}, r"split is \|S5"),
        ({"split": np.array(["train", None])}, "cannot be read as npz"),
    ],
)
def test_npz_with_wrong_values(tmp_path: Path, change: dict[str, object], message: str) -> None:
    path = tmp_path / "faces.npz"
    np.savez(path, **small_arrays())
    assert read([path]).labels.tolist() == [0, NO_LABEL]
    np.savez(path, **(small_arrays() | change))
    with pytest.raises(DataError, match=message):
        read([path])


def test_npz_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "faces.npz"
    path.write_bytes(b"")
    with pytest.raises(DataError, match=r"faces\.npz cannot be read as npz"):
        read([path])
    with path.open("wb") as file:
        np.save(file, np.zeros((2, 48, 48), np.uint8))
    with pytest.raises(DataError, match="one single array"):
        read([path])
    np.savez_compressed(path, **small_arrays())
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        place = archive.getinfo("images.npy").header_offset + 100
    path.write_bytes(whole[:place] + b"\xff" * 50 + whole[place + 50 :])
    with pytest.raises(DataError, match="cannot be read as npz"):
        read([path])


@given(data=st.data())
def test_no_damage_to_an_npz_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = io.BytesIO()
    np.savez_compressed(whole, **small_arrays())
    damaged = bytearray(whole.getvalue())
    for place in data.draw(st.lists(st.integers(0, len(damaged) - 1), max_size=3)):
        damaged[place] = data.draw(st.integers(0, 255))
    del damaged[data.draw(st.integers(0, 2 * len(damaged))) :]
    path = tmp_path_factory.getbasetemp() / "damaged.npz"
    path.write_bytes(damaged)
    rows, refused = 0, ""
    try:
        rows = len(read([path]))
    except DataError as error:
        refused = str(error)
    assert rows == 2 or refused.startswith(str(path))


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


def test_rows_that_stand_in_two_splits_are_found_for_every_two_splits(faces: Faces) -> None:
    rng = np.random.default_rng(2)
    images = rng.integers(0, 200, (9, 48, 48)).astype(np.uint8)
    images[3] = images[0]  # valid as in train
    images[6] = images[1] + 20  # test, lighter than in train
    images[7] = images[4]  # test as in valid
    images[8] = images[5][:, ::-1]  # test, the mirror image of valid
    split = np.repeat(["train", "valid", "test"], 3)
    nobody = np.zeros((9, 10), np.uint8)
    found = overlaps(Faces(images, np.zeros(9, np.uint8), nobody, split, "noise"))
    assert {pair: tuple(mask.tolist() for mask in masks) for pair, masks in found.items()} == {
        ("valid", "train"): ([True, False, False], [False, False, False]),
        ("test", "train"): ([False, False, False], [True, False, False]),
        ("test", "valid"): ([False, True, False], [False, False, True]),
    }
    assert overlaps(faces).keys() == {("valid", "train")}
