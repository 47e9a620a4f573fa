"""Training of the product's net: two heads, moving average, checkpoints that resume."""

from __future__ import annotations

import copy
import csv
import math
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.tensorboard import SummaryWriter
from tqdm import tqdm

from training.augment import augment
from training.config import Config
from training.data import Faces, batches
from training.duplicates import without_leaks
from training.errors import ModelFileError
from training.models import Predictor
from training.nets import ExpressionNet, multiply_adds, parameters
from training.optimise import average_weights, optimiser
from training.predicting import validate
from training.schedule import Progress, rate
from training.stopping import StoppedError, stoppable
from training.targets import Targets, epoch_order, losses, wrong_negatives
from training.teachers import kept_answers
from training.warmstart import UNREADABLE, load_weights

_COLUMNS = (
    "epoch",
    "progress",
    "rate",
    "loss",
    "ferplus_loss",
    "fer2013_loss",
    "valid_ferplus",
    "valid_fer2013",
    "valid_nll",
    "seconds",
)
_SAVE_EVERY_S = 120.0


class Run:
    """One training run in one folder: ``last.pt``, ``best.pt``, ``metrics.csv``, ``config.txt``.

    ``stopped`` says whether a signal ended :meth:`fit` before the schedule did.
    """

    def __init__(
        self,
        faces: Faces,
        config: Config,
        folder: Path,
        device: torch.device,
        weights: Path | None = None,
        end: float | None = None,
        teachers: list[nn.Module] | None = None,
        answers: Predictor | None = None,
    ) -> None:
        """Prepare a run, or take up the one whose checkpoint stands in the folder.

        Args:
            faces: all splits.
            config: what to train and how.
            folder: made if missing.
            device: where to train.
            weights: what to start from; None starts from random weights.
            end: time (``time.time()``) at which the schedule shall end; None plans by epochs.
            teachers: nets whose mean answer to the augmented pictures is blended into the targets.
            answers: asked once for the unchanged pictures; its answers are blended in instead.

        Raises:
            ModelFileError: when weights or the checkpoint do not fit.
        """
        self.config = config
        self.folder = folder
        self.device = device
        folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(config.train.seed)
        cleaned = without_leaks(faces, config.near_duplicates)
        self.train = cleaned.train
        self.valid = faces.part("valid")
        self.targets = Targets.of(self.train, config.train.smoothing, device)
        if answers is not None:
            share = config.train.distill
            first, second = kept_answers(answers, self.train.images, folder / "answers.npz")
            self.targets = self.targets.taught(first.to(device), second.to(device), share)
        self.teachers = [t.to(device).eval() for t in teachers or []]
        self.pixels = torch.from_numpy(self.train.images).unsqueeze(1).to(device)
        self.net = ExpressionNet(config.net)
        print(
            f"{len(self.train)} faces to train on ({cleaned.exact} equal to and {cleaned.near} "
            f"alike faces of other splits left out), {len(self.valid)} to validate; "
            f"{parameters(self.net):,} parameters, "
            f"{multiply_adds(self.net, config.size) / 1e6:.0f} M multiply-adds a face"
        )
        last = folder / "last.pt"
        if weights is not None and not last.exists():
            sample = self.pixels[:: max(1, len(self.pixels) // 512)].float()
            print(f"start from {load_weights(self.net, weights, sample.cpu())}")
        self.net.to(device)
        if device.type == "cpu":
            self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.net).eval().requires_grad_(False)
        self.optimiser = optimiser(self.net, config.train)
        self.epoch, self.step, self.steps_done, self.best = 0, 0, 0, math.inf
        self.spent = 0.0
        self.stopped = False
        start = self._resume(last) if last.exists() else 0.0
        steps = len(self.train) // min(config.train.batch, len(self.train)) * config.train.epochs
        self.progress = Progress(steps, end, start)
        (folder / "config.txt").write_text(f"{config}\n")

    def fit(
        self, watch: Callable[[dict[str, float]], None] | None = None
    ) -> list[dict[str, float]]:
        """Train until the schedule ends; a signal to stop leaves a checkpoint to resume from.

        Args:
            watch: told the figures of each epoch; what it raises ends the run.

        Returns:
            The figures of the epochs trained in this call.
        """
        history: list[dict[str, float]] = []
        with stoppable() as stopped, SummaryWriter(str(self.folder / "events")) as events:
            try:
                while not self.progress.done:
                    row = self._epoch(stopped)
                    row |= validate(self.average, self.valid, self.device)
                    self._record(row)
                    for key, value in row.items():
                        events.add_scalar(key, value, self.epoch)
                    self._save("last.pt")
                    history.append(row)
                    if watch is not None:
                        watch(row)
            except StoppedError:
                self.stopped = True
                self._save("last.pt")
                print("\nstopped; the same command takes the run up again")
        return history

    def _epoch(self, stopped: list[int]) -> dict[str, float]:
        order = epoch_order(self.train, self.config.train, self.epoch)
        plan = list(batches(order, self.config.train.batch))
        began = saved = time.monotonic()
        sums = np.zeros(3)
        count = 0
        current = 0.0
        self.net.train()
        bar = tqdm(
            plan[self.step :],
            desc=f"epoch {self.epoch + 1}",
            initial=self.step,
            total=len(plan),
            mininterval=5,
            dynamic_ncols=True,
        )
        for chosen in bar:
            current = rate(self.progress.value, self.config.train.rate, self.config.train.warmup)
            sums += self._step(torch.from_numpy(chosen).to(self.device), current)
            count += 1
            self.step += 1
            self.progress.step()
            if count % 20 == 0:
                bar.set_postfix(
                    loss=f"{sums[0] / count:.3f}", done=f"{100 * self.progress.value:.1f}%"
                )
            if time.monotonic() - saved > _SAVE_EVERY_S:
                self._save("last.pt")
                saved = time.monotonic()
            if stopped:
                bar.close()
                raise StoppedError
            if self.progress.done:
                break
        self.epoch, self.step = self.epoch + 1, 0
        seconds = time.monotonic() - began
        self.spent += seconds
        mean = sums / max(count, 1)
        return {
            "progress": self.progress.value,
            "rate": current,
            "loss": mean[0],
            "ferplus_loss": mean[1],
            "fer2013_loss": mean[2],
            "seconds": seconds,
        }

    def _step(self, rows: Tensor, current: float) -> NDArray[np.float64]:
        for group in self.optimiser.param_groups:
            group["lr"] = current
        plan = self.config.train
        small = plan.small if self.progress.value < plan.small_until else 0
        late = self.progress.value >= plan.late_from
        changes = self.config.late if late else self.config.augment
        x = augment(self.pixels[rows].float(), changes, small or None)
        targets = self.targets.rows(rows)
        if self.config.train.mixup > 0:
            beta = torch.distributions.Beta(self.config.train.mixup, self.config.train.mixup)
            share = beta.sample((len(rows),)).to(self.device)
            other = torch.randperm(len(rows), device=self.device)
            x = torch.lerp(x[other], x, share.view(-1, 1, 1, 1))
            targets = targets.mixed(targets.rows(other), share)
        if self.device.type == "cpu":
            x = x.contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
            if self.teachers:
                targets = targets.taught(*self._ask(x), self.config.train.distill)
            answers = self.net.answers(x)
        pairs = [losses(a.float(), b.float(), targets) for a, b in answers]
        first = torch.stack([pair[0] for pair in pairs]).mean()
        second = torch.stack([pair[1] for pair in pairs]).mean()
        loss = first + self.config.train.fer2013 * second
        if self.config.train.wrong_negatives > 0:
            against = [wrong_negatives(a.float(), targets) for a, _ in answers]
            loss = loss + self.config.train.wrong_negatives * torch.stack(against).mean()
        if not torch.isfinite(loss):
            raise ModelFileError(
                "The loss is no longer finite: the rate is too high. Lower train.rate and start "
                "again in another folder."
            )
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), self.config.train.clip)
        self.optimiser.step()
        self.steps_done += 1
        average_weights(self.average, self.net, self.config.train.average, self.steps_done)
        return np.array([loss.item(), first.item(), second.item()])

    @torch.no_grad()
    def _ask(self, x: Tensor) -> tuple[Tensor, Tensor]:
        answers = [teacher(x) for teacher in self.teachers]
        return (
            torch.stack([a.float().softmax(1) for a, _ in answers]).mean(0),
            torch.stack([b.float().softmax(1) for _, b in answers]).mean(0),
        )

    def _record(self, row: dict[str, float]) -> None:
        path = self.folder / "metrics.csv"
        new = not path.exists()
        with path.open("a", newline="") as file:
            writer = csv.DictWriter(file, _COLUMNS)
            if new:
                writer.writeheader()
            writer.writerow({"epoch": self.epoch} | {k: f"{v:.6g}" for k, v in row.items()})
        print(
            f"epoch {self.epoch}: FER+ {100 * row['valid_ferplus']:.2f} %, FER2013 "
            f"{100 * row['valid_fer2013']:.2f} %, valid NLL {row['valid_nll']:.4f}, "
            f"{row['seconds']:.0f} s, {100 * row['progress']:.1f} % of the schedule",
            flush=True,
        )
        known = (row[k] for k in ("valid_ferplus", "valid_fer2013") if not math.isnan(row[k]))
        error = 1 - next(known, 0.0)
        if error < self.best:
            self.best = error
            self._save("best.pt")

    def _save(self, name: str) -> None:
        state = {
            "net": self.net.state_dict(),
            "ema": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "random": torch.get_rng_state(),
            # Augmentation draws where the pictures are.
            "cuda_random": torch.cuda.get_rng_state_all() if self.device.type == "cuda" else [],
            "progress": self.progress.value,
            "epoch": self.epoch,
            "step": self.step,
            "steps_done": self.steps_done,
            "best": self.best,
            "config": {"net": asdict(self.config.net), "size": self.config.size},
        }
        temporary = self.folder / f"{name}.part"
        torch.save(state, temporary)
        temporary.replace(self.folder / name)

    def _resume(self, path: Path) -> float:
        try:
            state = torch.load(path, map_location="cpu", weights_only=True)
            self.net.load_state_dict(state["net"])
            self.average.load_state_dict(state["ema"])
            self.optimiser.load_state_dict(state["optimiser"])
            torch.set_rng_state(state["random"])
            if self.device.type == "cuda" and "cuda_random" in state:
                torch.cuda.set_rng_state_all(state["cuda_random"])
            self.epoch, self.step = state["epoch"], state["step"]
            self.steps_done, self.best = state["steps_done"], state["best"]
        except UNREADABLE as error:
            raise ModelFileError(
                f"{path} is damaged or does not fit this configuration: {error}. "
                "Use another --out folder."
            ) from error
        print(
            f"resumed after epoch {self.epoch}, step {self.step}, "
            f"{100 * state['progress']:.1f} % of the schedule"
        )
        return float(state["progress"])
