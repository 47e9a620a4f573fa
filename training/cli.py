"""Command line: ``python -m training explore|fit|...``."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from emocam.errors import EmoCamError
from training.errors import ConfigError

RUNS = Path("build/training")


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
    commands = parser.add_subparsers(required=True, metavar="command")

    explore = commands.add_parser("explore", help="counts, vote entropy, duplicates, samples")
    _data(explore)
    explore.add_argument("--out", type=Path, default=RUNS / "explore")
    explore.set_defaults(run=_explore)

    fit = commands.add_parser("fit", help="train the net; the same command resumes")
    _data(fit)
    _config(fit)
    fit.add_argument("--weights", type=Path, help="start from a .pt checkpoint or a .tflite file")
    fit.add_argument("--finish-by", help="end the schedule at HH:MM (UTC), or after +MINUTES")
    fit.set_defaults(run=_fit)

    distill = commands.add_parser("distill", help="fit, with stronger nets as teachers")
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
    distill.set_defaults(run=_fit)

    soup = commands.add_parser("soup", help="the mean of several checkpoints' weights as one net")
    _data(soup)
    soup.add_argument("checkpoint", type=Path, nargs="+", help="descendants of the same weights")
    soup.add_argument("--share", type=float, action="append", help="of each, in order; repeatable")
    soup.add_argument("--config", type=Path, help="whose table `late` augments for the statistics")
    soup.add_argument("--out", type=Path, required=True, help="the .pt to write")
    soup.set_defaults(run=_soup)

    graft = commands.add_parser("graft", help="a net with another's last stage as its twin")
    _data(graft)
    graft.add_argument("first", type=Path, help="a checkpoint")
    graft.add_argument("second", type=Path, help="a checkpoint or .tflite file of its kin")
    graft.add_argument("--out", type=Path, required=True, help="the .pt to write")
    graft.set_defaults(run=_graft)

    quantise = commands.add_parser("quantise", help="make the int8 file and its sidecar")
    _data(quantise)
    quantise.add_argument("checkpoint", type=Path, help="last.pt or best.pt of a run")
    quantise.add_argument("--out", type=Path, required=True, help="the .tflite to write")
    quantise.add_argument("--mirror", action="store_true", help="read face and mirror image")
    quantise.add_argument("--without-twin", action="store_true", help="the first twin alone")
    quantise.add_argument("--calibrate", type=int, default=512, help="faces for calibration")
    quantise.add_argument("--keep-float", type=Path, help="also write the float .tflite here")
    quantise.add_argument("--name", default="EmoCam expression model")
    quantise.add_argument("--version", default="1")
    quantise.set_defaults(run=_quantise)

    evaluate = commands.add_parser("evaluate", help="all figures of a model, as JSON and pictures")
    _data(evaluate)
    evaluate.add_argument("model", type=Path, help=".tflite (with sidecar) or .pt")
    evaluate.add_argument("--split", default="valid", choices=("train", "valid", "test"))
    evaluate.add_argument("--out", type=Path, default=RUNS / "evaluation")
    evaluate.add_argument("--quick", action="store_true", help="leave out changed copies")
    evaluate.add_argument("--reference", type=Path, help="another .tflite to time in the same run")
    evaluate.add_argument("--float", type=Path, help="the net before int8, to state the loss")
    evaluate.add_argument(
        "--into-sidecar",
        action="store_true",
        help="write the error rates of each expression into the .tflite file's sidecar",
    )
    evaluate.set_defaults(run=_evaluate)

    explain = commands.add_parser("explain", help="Grad-CAM of chosen layers on chosen faces")
    _data(explain)
    explain.add_argument("checkpoint", type=Path)
    explain.add_argument("--split", default="valid", choices=("train", "valid", "test"))
    explain.add_argument("--row", type=int, action="append", help="row of the split; repeatable")
    explain.add_argument("--layer", action="append", help="block1 ... ; repeatable (all)")
    explain.add_argument("--out", type=Path, default=RUNS / "explain.png")
    explain.set_defaults(run=_explain)

    compare = commands.add_parser("compare", help="the systems we start from, in one table")
    _data(compare)
    compare.add_argument("--system", action="append", help="a file of configs/compare; all if none")
    compare.add_argument("--cap", type=int, help="most epochs to run of those stated")
    compare.add_argument(
        "--minutes", type=float, help="most minutes of processor time a system may train"
    )
    compare.add_argument("--model", type=Path, help="EmoCam's model, for the last line")
    compare.add_argument("--out", type=Path, default=RUNS / "compare")
    compare.add_argument("--device", default="auto", help="auto, cpu or cuda")
    compare.add_argument("--threads", type=int, help="CPU threads")
    compare.set_defaults(run=_compare)

    search = commands.add_parser("search", help="search for hyper-parameters with Optuna")
    _data(search)
    _config(search)
    search.add_argument("--trials", type=int, default=20)
    search.add_argument("--weights", type=Path, help="start each trial from these weights")
    search.set_defaults(run=_search)
    return parser


def _data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, action="append", required=True, help="npz, csv or folder; repeatable"
    )
    parser.add_argument("--ferplus", type=Path, help="fer2013new.csv, beside a fer2013.csv")


def _config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, help="a TOML file of training/configs")
    parser.add_argument("--set", action="append", metavar="KEY=VALUE", help="change one value")
    parser.add_argument("--out", type=Path, help="folder of the run (build/training/NAME)")
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    parser.add_argument("--threads", type=int, help="CPU threads")


def finish_time(text: str | None, now: float) -> float | None:
    """Read ``HH:MM`` (UTC, the next time it is so late) or ``+MINUTES`` as seconds since 1970.

    Raises:
        ConfigError: for any other text.
    """
    if text is None:
        return None
    try:
        if text.startswith("+"):
            return now + 60 * float(text[1:])
        hours, minutes = (int(part) for part in text.split(":"))
        moment = datetime.fromtimestamp(now, UTC).replace(hour=hours, minute=minutes, second=0)
    except ValueError as error:
        raise ConfigError(f"--finish-by {text}: write HH:MM or +MINUTES.") from error
    if moment.timestamp() <= now:
        moment += timedelta(days=1)
    return moment.timestamp()


def _explore(options: argparse.Namespace) -> None:
    from training.explore import explore, summary
    from training.readers import read

    print(summary(explore(read(options.data, options.ferplus), options.out)))
    print(f"pictures in {options.out}")


def _fit(options: argparse.Namespace) -> None:
    import torch

    from training.checkpoints import load_net
    from training.config import load
    from training.fit import Run
    from training.models import load_predictor
    from training.predicting import pick_device
    from training.readers import read
    from training.teachers import committee

    if options.threads:
        torch.set_num_threads(options.threads)
    config = load(options.config, options.set)
    teachers = getattr(options, "teacher", [])
    once = getattr(options, "once", False)
    run = Run(
        read(options.data, options.ferplus, config.size),
        config,
        options.out or RUNS / config.name,
        pick_device(options.device),
        options.weights,
        finish_time(options.finish_by, time.time()),
        [] if once else [load_net(path) for path in teachers],
        committee([load_predictor(path) for path in teachers]) if once else None,
    )
    run.fit()


def _soup(options: argparse.Namespace) -> None:
    from training.config import load
    from training.readers import read
    from training.soup import save, soup

    config = load(options.config)
    faces = read(options.data, options.ferplus, config.size)
    net = soup(options.checkpoint, options.share, faces, config.late)
    save(net, config.size, options.out)
    print(f"{options.out}: the mean of {len(options.checkpoint)} checkpoints")


def _graft(options: argparse.Namespace) -> None:
    from training.graft import graft
    from training.readers import read
    from training.soup import save

    faces = read(options.data, options.ferplus)
    save(graft(options.first, options.second, faces), faces.size, options.out)
    print(f"{options.out}: {options.first.name} with the last stage of {options.second.name}")


def _quantise(options: argparse.Namespace) -> None:
    from training.checkpoints import load_net
    from training.nets import without_twin
    from training.quantise import produce
    from training.readers import read

    net = load_net(options.checkpoint)
    made = produce(
        without_twin(net) if options.without_twin else net,
        read(options.data, options.ferplus),
        options.out,
        options.mirror,
        options.calibrate,
        options.name,
        options.version,
        options.keep_float,
    )
    print(
        f"{made.path} ({made.path.stat().st_size / 1e6:.2f} MB), temperature "
        f"{made.sidecar.temperature}, threshold {made.sidecar.negative_threshold}"
    )


def _evaluate(options: argparse.Namespace) -> None:
    from training.evaluate import evaluate, summary
    from training.models import load_predictor, save_accuracy, sidecar_of
    from training.readers import read

    result = evaluate(
        options.model,
        read(options.data, options.ferplus),
        options.split,
        options.out,
        load_predictor(options.model),
        sidecar_of(options.model),
        options.quick,
        options.reference,
        load_predictor(options.float) if options.float else None,
    )
    if options.into_sidecar:
        save_accuracy(
            options.model,
            result["classes"]["ferplus"],
            f"{options.split} rows of FER2013, majority of the FER+ votes",
        )
    print(summary(result))
    print(f"all figures in {options.out}")


def _explain(options: argparse.Namespace) -> None:
    from training.checkpoints import load_net
    from training.explain import choose, layers, sheet
    from training.readers import read

    net = load_net(options.checkpoint)
    faces = read(options.data, options.ferplus).part(options.split)
    sheet(net, faces, choose(faces, options.row), options.layer or list(layers(net)), options.out)
    print(f"{options.out}: faces of the data set are on it, so keep it to yourself")


def _compare(options: argparse.Namespace) -> None:
    import torch

    from training.compare import Cap, compare
    from training.models import load_predictor
    from training.predicting import pick_device
    from training.readers import read
    from training.recipes import recipes

    if options.threads:
        torch.set_num_threads(options.threads)
    own = ("EmoCam, int8", load_predictor(options.model)) if options.model else None
    faces = read(options.data, options.ferplus)
    chosen = recipes(options.system)
    cap = Cap(options.cap, options.minutes)
    print(compare(faces, chosen, options.out, cap, pick_device(options.device), own))


def _search(options: argparse.Namespace) -> None:
    import torch

    from training.config import load
    from training.predicting import pick_device
    from training.readers import read
    from training.search import search

    if options.threads:
        torch.set_num_threads(options.threads)
    config = load(options.config, options.set)
    study = search(
        read(options.data, options.ferplus, config.size),
        config,
        options.trials,
        options.out or RUNS / "search",
        pick_device(options.device),
        options.weights,
    )
    print(f"best so far: valid NLL {study.best_value:.4f} with {study.best_params}")
