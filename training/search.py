"""Search for better hyper-parameters with Optuna; trials are kept in a file and go on later."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import optuna
import torch

from training.config import Config
from training.data import Faces
from training.fit import Run


def suggest(trial: optuna.Trial, base: Config) -> Config:
    """Draw one configuration around the given one."""
    strength = trial.suggest_float("augment_strength", 0.5, 1.5)
    keep = base.augment
    augment = replace(
        keep,
        rotate=keep.rotate * strength,
        scale=keep.scale * strength,
        shift=keep.shift * strength,
        light=keep.light * strength,
        occlude=min(1.0, keep.occlude * strength),
    )
    train = replace(
        base.train,
        rate=trial.suggest_float("rate", 0.01, 0.3, log=True),
        decay=trial.suggest_float("decay", 1e-5, 2e-3, log=True),
        fer2013=trial.suggest_float("fer2013", 0.1, 1.0),
        smoothing=trial.suggest_float("smoothing", 0.0, 0.2),
        balance=trial.suggest_float("balance", 0.0, 0.5),
        mixup=trial.suggest_categorical("mixup", [0.0, 0.2, 0.4]),
    )
    net = replace(base.net, dropout=trial.suggest_float("dropout", 0.0, 0.4))
    return replace(base, name=f"trial{trial.number}", augment=augment, train=train, net=net)


def search(
    faces: Faces,
    base: Config,
    trials: int,
    out: Path,
    device: torch.device,
    weights: Path | None = None,
) -> optuna.Study:
    """Run trials of ``base.train.epochs`` epochs each and write ``trials.csv``.

    What is made small is the FER+ negative log-likelihood on ``valid``, the measure least
    governed by chance. Trials that fall behind the median of the others are stopped early. The
    same command goes on with the trials in ``out``. SIGINT and SIGTERM end the search after the
    step at hand.
    """
    out.mkdir(parents=True, exist_ok=True)
    study = optuna.create_study(
        study_name=base.name,
        storage=f"sqlite:///{out / 'trials.db'}",
        load_if_exists=True,
        direction="minimize",
        sampler=optuna.samplers.TPESampler(seed=base.train.seed),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=1),
    )

    def objective(trial: optuna.Trial) -> float:
        config = suggest(trial, base)
        run = Run(faces, config, out / config.name, device, weights)

        def watch(row: dict[str, float]) -> None:
            trial.report(row["valid_nll"], run.epoch)
            if trial.should_prune():
                raise optuna.TrialPruned

        history = run.fit(watch)
        if run.stopped:
            # Asked to stop in the middle: the trial does not count, and no other begins.
            study.stop()
            raise optuna.TrialPruned
        trial.set_user_attr("valid_ferplus", max(r["valid_ferplus"] for r in history))
        return min(row["valid_nll"] for row in history)

    study.optimize(objective, n_trials=trials)
    _write(study, out / "trials.csv")
    return study


def _write(study: optuna.Study, path: Path) -> None:
    names = sorted({name for trial in study.trials for name in trial.params})
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["number", "state", "valid_nll", "valid_ferplus", *names])
        for trial in study.trials:
            writer.writerow(
                [
                    trial.number,
                    trial.state.name,
                    trial.value,
                    trial.user_attrs.get("valid_ferplus"),
                    *(trial.params.get(name) for name in names),
                ]
            )
