"""What is to be seen at a given time: scenes become frames. Time is passed in."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from emocam.errors import EmoCamError
from emocam.expression import Picture
from emocam.scene import Figure, Scene
from emocam.settings import Settings
from emocam.stage import life
from emocam.stage.actor import Look
from emocam.stage.bounded import Bounded
from emocam.stage.canvas import FULL, mix
from emocam.stage.colour import Bytes
from emocam.stage.composition import compose, ground
from emocam.stage.ensemble import Ensemble
from emocam.stage.render import Artist, choose_pack
from emocam.stage.subject import Subject, weight
from emocam.stage.worker import Worker

#: The most bytes of pictures that are kept ready to be drawn.
SUBJECTS = 24 << 20


class Performance:
    """Turns scenes into frames.

    Args:
        settings: the groups ``output`` and ``avatar`` count.
        scene: what is shown at first.
        tell: told once of each thing that cannot be drawn as it should.
        now: monotonic time in seconds.
        threaded: whether drawing goes on beside the caller. A frame then never waits for a drawing:
            what is ordered at one call of :meth:`frame` is for the next one, and what is not ready
            by then comes with the one after it.

    Raises:
        PackError: if no pack can be loaded.
    """

    def __init__(
        self,
        settings: Settings,
        scene: Scene | None = None,
        tell: Callable[[EmoCamError], None] = lambda error: None,
        now: float = 0.0,
        threaded: bool = False,
    ) -> None:
        self.scene = scene or Scene.of(Picture.STARTING)
        self._settings = settings
        self._still = settings.avatar.motion == "reduced"
        self._lead = 1 / settings.output.fps if threaded else 0.0
        self._tell = tell
        self._faults: list[EmoCamError] = []  # found by the worker, not told yet
        self._artist = Artist(choose_pack(settings.avatar.pack, tell), self._faults.append)
        self._ground = ground(settings, tell)
        self._subjects: Bounded[tuple[Picture, int], Subject] = Bounded(SUBJECTS, weight)
        self._worker = Worker(threaded)
        self._wanted: Scene | None = None
        self._coming: dict[tuple[Picture, int], Subject] = {}  # of the wanted scene, all of it
        self._faded: tuple[Bytes, float | None] | None = None  # the frame before, and since when
        self._ensemble = self._cast(self.scene, now)
        self._shown = self._ensemble.frame

    def close(self) -> None:
        """End the drawing."""
        self._worker.close()
        self._ensemble.close()

    @property
    def wanted(self) -> Scene:
        """The scene that is shown or on its way."""
        return self._wanted or self.scene

    def show(self, scene: Scene) -> None:
        """Go to another scene, from what is shown, with the frame that is drawn next."""
        self._wanted = None if scene == self.scene else scene

    def cut(self, scene: Scene, now: float) -> None:
        """Show a scene at once: nobody is watching."""
        self._worker.collect(wait=True)
        self._wanted, self._faded = None, None
        if scene != self.scene:
            self._ensemble.close()
            self.scene = scene
            self._ensemble = self._cast(scene, now)
        for seat in self._ensemble.seats:
            seat.actor.settle()
        self._update(now)
        self._worker.collect(wait=True)

    def frame(self, now: float) -> Bytes:
        """The frame at a time: I420, uint8, flat; valid until the next call."""
        self._worker.collect()
        while self._faults:
            self._tell(self._faults.pop(0))
        if not self._worker.busy:
            self._update(now + self._lead)
        self._shown = self._blended(now)
        return self._shown

    def _blended(self, now: float) -> Bytes:
        """The avatars, over the frame before while the whole picture fades."""
        if self._faded is None:
            return self._ensemble.frame
        before, began = self._faded
        if began is None:  # it begins with the frame that can show it, however long it was drawn
            began = now
            self._faded = before, began
        transition = self._settings.avatar.transition
        passed = (now - began) / transition if transition > 0 else 1.0
        if passed >= 1.0:
            self._faded = None
            return self._ensemble.frame
        return mix(before, self._ensemble.frame, round(life.smooth(passed) * FULL))

    def prepare(self) -> bool:
        """Make one picture ready ahead while nothing is drawn; returns whether there was one."""
        if self._worker.busy or self._subjects.size > SUBJECTS // 2:
            return False
        missing = [p for p in Picture if (p, self._side) not in self._subjects][:1]
        if missing:
            self._fetch(missing)
        return bool(missing)

    def _update(self, now: float) -> None:
        """Order what is to be seen at a time; nothing is being drawn."""
        if self._wanted is not None and not self._change(self._wanted, now):
            return
        ensemble = self._ensemble
        due = ensemble.due(now)
        if not due:
            return
        if ensemble.ready(due):
            ensemble.put(due, ensemble.draw(due))
            return

        def job() -> Callable[[], None]:
            boxes = ensemble.draw(due)
            return lambda: ensemble.put(due, boxes)

        self._worker.order(job)

    def _change(self, scene: Scene, now: float) -> bool:
        """Begin another scene; False while something must be made ready first."""
        if len(scene.figures) != len(self.scene.figures):
            self._worker.order(lambda: self._recast(scene, now))
            return False
        wanted = {Picture.NEUTRAL, *(figure.picture for figure in scene.figures)}
        # Two animations may be more than the store keeps: what has come is held until all are here.
        kept = {(p, self._side): self._kept((p, self._side)) for p in wanted}
        self._coming = {key: subject for key, subject in kept.items() if subject is not None}
        missing = [p for p in wanted if (p, self._side) not in self._coming]
        if missing and self._fetch(missing):
            return False
        self.scene, self._wanted = scene, None
        for seat, figure in zip(self._ensemble.seats, scene.figures, strict=True):
            seat.actor.show(self._look(figure, self._side), now)
        self._coming = {}
        return True

    def _fetch(self, pictures: Iterable[Picture]) -> bool:
        """Make pictures ready; returns whether that is still going on."""
        side = self._side

        def job() -> Callable[[], None]:
            found = [(picture, self._ready(picture, side)) for picture in pictures]

            def keep() -> None:
                for picture, subject in found:
                    self._subjects.put((picture, side), subject)
                    if self._wanted is not None:
                        self._coming[picture, side] = subject

            return keep

        self._worker.order(job)
        return self._worker.busy

    @property
    def _side(self) -> int:
        return self._ensemble.side

    def _recast(self, scene: Scene, now: float) -> Callable[[], None]:
        ensemble = self._cast(scene, now)

        def take() -> None:
            if self._wanted is scene:
                self._wanted = None
            self.scene = scene
            self._faded = (self._shown, None)  # which may be in the middle of such a fade itself
            self._ensemble.close()
            self._ensemble = ensemble

        return take

    def _cast(self, scene: Scene, now: float) -> Ensemble:
        composition = compose(self._settings, len(scene.figures), self._ground)
        side = composition.areas[0].width
        looks = [self._look(figure, side) for figure in scene.figures]
        transition = self._settings.avatar.transition
        return Ensemble(composition, looks, transition, self._still, now)

    def _look(self, figure: Figure, side: int) -> Look:
        strength = 1.0 if self._still else figure.strength
        subject, neutral = (self._subject(p, side) for p in (figure.picture, Picture.NEUTRAL))
        return Look.of(figure.picture, subject, neutral, strength)

    def _subject(self, picture: Picture, side: int) -> Subject:
        subject = self._kept((picture, side))
        if subject is None:
            subject = self._ready(picture, side)
            self._subjects.put((picture, side), subject)
        return subject

    def _kept(self, key: tuple[Picture, int]) -> Subject | None:
        return self._coming.get(key) or self._subjects.get(key)

    def _ready(self, picture: Picture, side: int) -> Subject:
        subject = self._artist.subject(picture, side)
        return subject if self._still else subject.turned()
