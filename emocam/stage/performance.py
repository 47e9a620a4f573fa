"""What is to be seen at a given time: pictures, their fades, and drawing ahead."""

from __future__ import annotations

from collections.abc import Callable

from emocam.errors import PackError
from emocam.expression import Picture
from emocam.settings import Settings
from emocam.stage.canvas import Canvas, Gallery
from emocam.stage.colour import Bytes
from emocam.stage.render import Artist, Layout, choose_pack
from emocam.stage.timeline import Timeline

#: What is drawn ahead, the likely ones first; a drawing stops the stream for some slots, so the
#: others wait until they are wanted.
_AHEAD = (
    Picture.NEUTRAL,
    Picture.HAPPINESS,
    Picture.SURPRISE,
    Picture.MOMENT,
    Picture.AWAY,
    Picture.COVERED,
)


class Performance:
    """Turns scenes into frames. Time is passed in.

    Args:
        settings: ``output.width``, ``output.height`` and the group ``avatar`` count.
        picture: what is shown at first.
        tell: told once of each picture that cannot be drawn as it should.

    Raises:
        PackError: if no pack can be loaded.
    """

    def __init__(
        self,
        settings: Settings,
        picture: Picture = Picture.STARTING,
        tell: Callable[[PackError], None] = lambda error: None,
    ) -> None:
        layout = Layout.of(settings)
        background = settings.avatar.background
        artist = Artist(choose_pack(settings.avatar.pack, tell), tell)
        self.gallery = Gallery(lambda wanted: artist.box(wanted, layout, background))
        self.timeline = Timeline(picture, settings.avatar.transition)
        self._canvas = Canvas(layout, background)
        self._canvas.place(self.gallery.box(picture))

    def show(self, picture: Picture, now: float) -> None:
        """Fade to a picture from what is shown now."""
        if self.timeline.show(picture, now):
            self._canvas.fade_to(self.gallery.box(picture))

    def cut(self, picture: Picture) -> None:
        """Show a picture at once."""
        self.timeline.show(picture, 0.0)
        self.timeline.settle()
        self._canvas.place(self.gallery.box(picture))

    def frame(self, now: float) -> Bytes:
        """The frame at a time: I420, uint8, flat. Always the same buffer, valid until the next
        call; at rest nothing is done at all.
        """
        if not self.timeline.steady:
            self._canvas.mix(self.timeline.weight(now))
        return self._canvas.frame

    def prepare(self) -> bool:
        """Draw one picture ahead, unless a fade is under way; returns whether it did.

        A drawing takes some frames' time and cannot be interrupted, so this is called while the
        picture stands still, when a frame that comes late shows the same as the one before.
        """
        if not self.timeline.steady:
            return False
        picture = self.gallery.missing(_AHEAD)
        if picture is None:
            return False
        self.gallery.prepare(picture)
        return True
