"""What each command of ``python -m training`` does with its options.

The heavy libraries are imported by the command that needs them, so ``--help`` comes at once.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.data import Faces

RUNS = Path("build/training")


def _faces(options: argparse.Namespace, size: int) -> Faces:
    """Read the data at a net's size of pictures; in sets without votes the labels vote."""
    from training.data import join, label_votes
    from training.readers import read_each

    parts = []
    for part in read_each(options.data, options.ferplus, size):
        if not part.votes.any():
            part = label_votes(part)
            print(
                f"{part.source}: {len(part)} faces without FER+ votes; their labels stand for "
                "them (there is none for contempt)"
            )
        parts.append(part)
    return join(parts)


def run_explore(options: argparse.Namespace) -> None:
    """Print the counts and draw the pictures."""
    from training.explore import explore, summary
    from training.readers import read

    print(summary(explore(read(options.data, options.ferplus), options.out)))
    print(f"pictures in {options.out}")


def run_fit(options: argparse.Namespace) -> None:
    """Train, or take a run up again; with teachers where the command is ``distill``."""
    import torch

    from training.checkpoints import load_net
    from training.config import load
    from training.fit import Run
    from training.models import load_predictor
    from training.predicting import pick_device
    from training.schedule import finish_time
    from training.teachers import committee

    if options.threads:
        torch.set_num_threads(options.threads)
    config = load(options.config, options.set)
    teachers = getattr(options, "teacher", [])
    once = getattr(options, "once", False)
    run = Run(
        _faces(options, config.size),
        config,
        options.out or RUNS / config.name,
        pick_device(options.device),
        options.weights,
        finish_time(options.finish_by, time.time()),
        [] if once else [load_net(path) for path in teachers],
        committee([load_predictor(path) for path in teachers]) if once else None,
    )
    run.fit()


def run_soup(options: argparse.Namespace) -> None:
    """Write the mean of several checkpoints."""
    from training.checkpoints import picture_size
    from training.config import load
    from training.soup import save, soup

    config = load(options.config)
    faces = _faces(options, picture_size(options.checkpoint[0]))
    net = soup(options.checkpoint, options.share, faces, config.late)
    save(net, faces.size, options.out)
    print(f"{options.out}: the mean of {len(options.checkpoint)} checkpoints")


def run_graft(options: argparse.Namespace) -> None:
    """Write a net with the last stage of another."""
    from training.checkpoints import picture_size
    from training.graft import graft
    from training.soup import save

    faces = _faces(options, picture_size(options.first))
    save(graft(options.first, options.second, faces), faces.size, options.out)
    print(f"{options.out}: {options.first.name} with the last stage of {options.second.name}")


def run_refit(options: argparse.Namespace) -> None:
    """Write a net with its FER+ head learnt anew."""
    import torch

    from training.checkpoints import load_net, picture_size
    from training.config import load
    from training.labels import FERPLUS
    from training.predicting import pick_device
    from training.refit import halves, refit
    from training.soup import save

    if options.threads:
        torch.set_num_threads(options.threads)
    config = load(options.config, options.set)
    faces = _faces(options, picture_size(options.checkpoint))
    net = load_net(options.checkpoint)
    if options.halves:
        for name, figures in halves(net, faces, config.train, pick_device(options.device)).items():
            print(
                f"{name}: FER+ {100 * figures['ferplus_accuracy']:.2f} %, wrong negatives "
                f"{100 * figures['best_wrong_negatives']:.2f} % at "
                f"{100 * figures['best_true_negatives_kept']:.1f} % of true negatives kept, "
                f"calibration error {figures['ferplus_ece']:.4f}, macro F1 "
                f"{figures['ferplus_macro_f1']:.3f}; recall "
                + ", ".join(
                    f"{label} {100 * recall:.0f} %"
                    for label, recall in zip(FERPLUS, figures["recall"], strict=True)
                )
            )
        return
    out = options.out or options.checkpoint.with_name(f"{options.checkpoint.stem}_refitted.pt")
    save(refit(net, faces, config.train, pick_device(options.device)), faces.size, out)
    print(f"{out}: {options.checkpoint.name} with another head for FER+")


def run_quantise(options: argparse.Namespace) -> None:
    """Write the int8 file and its sidecar."""
    from training.checkpoints import load_net, picture_size
    from training.nets import without_twin
    from training.quantise import produce

    net = load_net(options.checkpoint)
    made = produce(
        without_twin(net) if options.without_twin else net,
        _faces(options, picture_size(options.checkpoint)),
        options.out,
        options.mirror,
        options.calibrate,
        options.name,
        options.version,
        options.keep_float,
        options.ranges,
    )
    print(
        f"{made.path} ({made.path.stat().st_size / 1e6:.2f} MB), temperature "
        f"{made.sidecar.temperature}, threshold {made.sidecar.negative_threshold}"
    )


def run_evaluate(options: argparse.Namespace) -> None:
    """Print and draw all figures of a model."""
    from training.checkpoints import picture_size
    from training.errors import ModelFileError
    from training.evaluate import evaluate, summary
    from training.models import load_predictor, save_accuracy, sidecar_of

    predict = load_predictor(options.model)
    sidecar = sidecar_of(options.model)
    if options.into_sidecar and sidecar is None:
        raise ModelFileError(
            f"{options.model} has no sidecar to write into; leave --into-sidecar out, or make "
            "one with `training quantise`."
        )
    result = evaluate(
        options.model,
        _faces(options, picture_size(options.model)),
        options.split,
        options.out,
        predict,
        sidecar,
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


def run_explain(options: argparse.Namespace) -> None:
    """Draw the Grad-CAM sheet."""
    from training.checkpoints import load_any, picture_size
    from training.explain import choose, layers, sheet

    faces = _faces(options, picture_size(options.checkpoint))
    net = load_any(options.checkpoint, faces.part("train").images)
    shown = faces.part(options.split)
    names = options.layer or list(layers(net))
    sheet(net, shown, choose(shown, options.row), names, options.out, options.expression)
    print(f"{options.out}: faces of the data set are on it, so keep it to yourself")


def run_compare(options: argparse.Namespace) -> None:
    """Train and measure the systems we start from."""
    import torch

    from training.checkpoints import picture_size
    from training.compare import Cap, compare
    from training.models import load_predictor
    from training.predicting import pick_device
    from training.readers import read
    from training.recipes import choose

    if options.threads:
        torch.set_num_threads(options.threads)
    chosen, weights = choose(options.system, options.weights)
    cap = Cap(options.cap, options.minutes)
    own = ("EmoCam, int8", load_predictor(options.model)) if options.model else None
    size = picture_size(options.model) if options.model else 48
    faces = read(options.data, options.ferplus, size)
    device = pick_device(options.device)
    print(compare(faces, chosen, options.out, cap, device, own, weights))


def run_search(options: argparse.Namespace) -> None:
    """Run trials of the search."""
    import torch

    from training.config import load
    from training.predicting import pick_device
    from training.search import search

    if options.threads:
        torch.set_num_threads(options.threads)
    config = load(options.config, options.set)
    study = search(
        _faces(options, config.size),
        config,
        options.trials,
        options.out or RUNS / "search",
        pick_device(options.device),
        options.weights,
    )
    if not any(trial.state.name == "COMPLETE" for trial in study.trials):
        print("no trial has ended yet; the same command goes on")
        return
    print(f"best so far: valid NLL {study.best_value:.4f} with {study.best_params}")
