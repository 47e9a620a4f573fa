"""Command line: ``python -m training explore|fit|...``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from emocam.errors import EmoCamError
from training import commands
from training.commands import RUNS
from training.labels import FERPLUS


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code: 0 done, 1 failed, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except EmoCamError as error:
        print(f"error: {error}", file=sys.stderr)
        return int(error.exit_code)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="command")

    explore = verbs.add_parser("explore", help="counts, vote entropy, duplicates, samples")
    _data(explore)
    explore.add_argument("--out", type=Path, default=RUNS / "explore")
    explore.set_defaults(run=commands.run_explore)

    fit = verbs.add_parser("fit", help="train the net; the same command resumes")
    _data(fit)
    _config(fit)
    fit.add_argument("--weights", type=Path, help="start from a .pt checkpoint or a .tflite file")
    fit.add_argument("--finish-by", help="end the schedule at HH:MM (UTC), or after +MINUTES")
    fit.set_defaults(run=commands.run_fit)

    distill = verbs.add_parser("distill", help="fit, with stronger nets as teachers")
    _data(distill)
    _config(distill)
    distill.add_argument(
        "--teacher",
        type=Path,
        action="append",
        required=True,
        help="a checkpoint or, with --once, a .tflite file too; repeatable",
    )
    distill.add_argument(
        "--once",
        action="store_true",
        help="ask the teachers once, for each face and its mirror image, and keep the answers",
    )
    distill.add_argument("--weights", type=Path, help="start from a checkpoint or .tflite file")
    distill.add_argument("--finish-by", help="end the schedule at HH:MM (UTC), or after +MINUTES")
    distill.set_defaults(run=commands.run_fit)

    soup = verbs.add_parser("soup", help="the mean of several checkpoints' weights as one net")
    _data(soup)
    soup.add_argument("checkpoint", type=Path, nargs="+", help="descendants of the same weights")
    soup.add_argument("--share", type=float, action="append", help="of each, in order; repeatable")
    soup.add_argument("--config", type=Path, help="whose table `late` augments for the statistics")
    soup.add_argument("--out", type=Path, required=True, help="the .pt to write")
    soup.set_defaults(run=commands.run_soup)

    graft = verbs.add_parser("graft", help="a net with another's last stage as its twin")
    _data(graft)
    graft.add_argument("first", type=Path, help="a checkpoint")
    graft.add_argument("second", type=Path, help="a checkpoint or .tflite file of its kin")
    graft.add_argument("--out", type=Path, required=True, help="the .pt to write")
    graft.set_defaults(run=commands.run_graft)

    refit = verbs.add_parser("refit", help="learn the FER+ head anew, the rest as it is")
    _data(refit)
    _config(refit, "the .pt to write")
    refit.add_argument("checkpoint", type=Path, help="last.pt or best.pt of a run, without twins")
    refit.add_argument(
        "--halves",
        action="store_true",
        help="write nothing: judge each half of the training rows by a head learnt on the other",
    )
    refit.set_defaults(run=commands.run_refit)

    quantise = verbs.add_parser("quantise", help="make the int8 file and its sidecar")
    _data(quantise)
    quantise.add_argument("checkpoint", type=Path, help="last.pt or best.pt of a run")
    quantise.add_argument("--out", type=Path, required=True, help="the .tflite to write")
    quantise.add_argument("--mirror", action="store_true", help="read face and mirror image")
    quantise.add_argument("--without-twin", action="store_true", help="the first twin alone")
    quantise.add_argument("--calibrate", type=int, default=512, help="faces for calibration")
    quantise.add_argument(
        "--ranges",
        choices=("all", "average"),
        default="all",
        help="of the activations: least and greatest of all calibration faces, or their moving "
        "average, which is the quantiser's own way (for comparison)",
    )
    quantise.add_argument("--keep-float", type=Path, help="also write the float .tflite here")
    quantise.add_argument("--name", default="EmoCam expression model")
    quantise.add_argument("--version", default="1")
    quantise.set_defaults(run=commands.run_quantise)

    evaluate = verbs.add_parser("evaluate", help="all figures of a model, as JSON and pictures")
    _data(evaluate)
    evaluate.add_argument("model", type=Path, help=".tflite (with sidecar) or .pt")
    evaluate.add_argument("--split", default="valid", choices=("train", "valid", "test"))
    evaluate.add_argument("--out", type=Path, default=RUNS / "evaluation")
    evaluate.add_argument("--quick", action="store_true", help="leave out changed copies")
    evaluate.add_argument("--reference", type=Path, help="another .tflite to time in the same run")
    evaluate.add_argument(
        "--float", type=Path, help="the file of quantise --keep-float, to state the loss by int8"
    )
    evaluate.add_argument(
        "--into-sidecar",
        action="store_true",
        help="write the error rates of each expression into the .tflite file's sidecar",
    )
    evaluate.set_defaults(run=commands.run_evaluate)

    explain = verbs.add_parser("explain", help="Grad-CAM of chosen layers on chosen faces")
    _data(explain)
    explain.add_argument(
        "checkpoint", type=Path, help="a checkpoint, or an int8 .tflite file without twins"
    )
    explain.add_argument("--split", default="valid", choices=("train", "valid", "test"))
    explain.add_argument("--row", type=int, action="append", help="row of the split; repeatable")
    explain.add_argument("--layer", action="append", help="block1 ... ; repeatable (all)")
    explain.add_argument(
        "--expression", choices=FERPLUS, help="to explain, instead of what is read in each face"
    )
    explain.add_argument("--out", type=Path, default=RUNS / "explain.png")
    explain.set_defaults(run=commands.run_explain)

    compare = verbs.add_parser("compare", help="the systems we start from, in one table")
    _data(compare)
    compare.add_argument("--system", action="append", help="a file of configs/compare; all if none")
    compare.add_argument("--cap", type=int, help="most epochs to run of those stated")
    compare.add_argument(
        "--minutes", type=float, help="most minutes of processor time a system may train"
    )
    compare.add_argument(
        "--weights",
        action="append",
        metavar="SYSTEM=FILE",
        help="a state dict (.pt, .pth) that a system starts from, but for its last layer; "
        "repeatable; the others start from random weights",
    )
    compare.add_argument("--model", type=Path, help="EmoCam's model, for the last line")
    compare.add_argument("--out", type=Path, default=RUNS / "compare")
    compare.add_argument("--device", default="auto", help="auto, cpu or cuda")
    compare.add_argument("--threads", type=int, help="CPU threads")
    compare.set_defaults(run=commands.run_compare)

    search = verbs.add_parser("search", help="search for hyper-parameters with Optuna")
    _data(search)
    _config(search)
    search.add_argument("--trials", type=int, default=20)
    search.add_argument("--weights", type=Path, help="start each trial from these weights")
    search.set_defaults(run=commands.run_search)
    return parser


def _data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, action="append", required=True, help="npz, csv or folder; repeatable"
    )
    parser.add_argument("--ferplus", type=Path, help="fer2013new.csv, beside a fer2013.csv")


def _config(
    parser: argparse.ArgumentParser, out: str = "folder of the run (build/training/NAME)"
) -> None:
    parser.add_argument("--config", type=Path, help="a TOML file of training/configs")
    parser.add_argument("--set", action="append", metavar="KEY=VALUE", help="change one value")
    parser.add_argument("--out", type=Path, help=out)
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    parser.add_argument("--threads", type=int, help="CPU threads")
