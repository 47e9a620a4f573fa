"""Command line: ``python -m training explore|fit|...``."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from training.errors import ConfigError, TrainingError

RUNS = Path("build/training")


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code: 0 done, 1 failed, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except TrainingError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    fit = commands.add_parser("fit", help="train the net; the same command resumes")
    _data(fit)
    _config(fit)
    fit.add_argument("--weights", type=Path, help="start from a .pt checkpoint or a .tflite file")
    fit.add_argument("--finish-by", help="end the schedule at HH:MM (UTC), or after +MINUTES")
    fit.set_defaults(run=_fit)

    quantise = commands.add_parser("quantise", help="make the int8 file and its sidecar")
    _data(quantise)
    quantise.add_argument("checkpoint", type=Path, help="last.pt or best.pt of a run")
    quantise.add_argument("--out", type=Path, required=True, help="the .tflite to write")
    quantise.add_argument("--mirror", action="store_true", help="read face and mirror image")
    quantise.add_argument("--calibrate", type=int, default=512, help="faces for calibration")
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
    evaluate.set_defaults(run=_evaluate)
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


def _fit(options: argparse.Namespace) -> None:
    import torch

    from training.config import load
    from training.fit import Run, pick_device
    from training.readers import read

    if options.threads:
        torch.set_num_threads(options.threads)
    config = load(options.config, options.set)
    run = Run(
        read(options.data, options.ferplus, config.size),
        config,
        options.out or RUNS / config.name,
        pick_device(options.device),
        options.weights,
        finish_time(options.finish_by, time.time()),
    )
    run.fit()


def _quantise(options: argparse.Namespace) -> None:
    from training.checkpoints import load_net
    from training.quantise import produce
    from training.readers import read

    net = load_net(options.checkpoint)
    made = produce(
        net,
        read(options.data, options.ferplus),
        options.out,
        options.mirror,
        options.calibrate,
        options.name,
        options.version,
    )
    print(
        f"{made.path} ({made.path.stat().st_size / 1e6:.2f} MB), temperature "
        f"{made.sidecar.temperature}, threshold {made.sidecar.negative_threshold}"
    )


def _evaluate(options: argparse.Namespace) -> None:
    from training.evaluate import evaluate, summary
    from training.models import Sidecar, load_predictor
    from training.readers import read

    beside = options.model.with_suffix(".json")
    result = evaluate(
        options.model,
        read(options.data, options.ferplus),
        options.split,
        options.out,
        load_predictor(options.model),
        Sidecar.read(beside) if beside.exists() else None,
        options.quick,
        options.reference,
        load_predictor(options.float) if options.float else None,
    )
    print(summary(result))
    print(f"all figures in {options.out}")
