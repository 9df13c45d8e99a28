"""Short silent films of two seconds.

A film has one or two *shots*. In a shot the camera glides over a drawn scene (what the brief asks for), or stands
before a street where cars pass. The `keyframes` are the first and the middle frame of each shot, with what can be read
on them.
"""

# PyAV describes its types with NumPy and newer Pythons, neither of which may be there.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import io
import random
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, Optional, cast

import av
from PIL import Image

from .audio import container_seconds
from .canvas import Canvas, Line, shade
from .images import draw_picture, drawn_size, object_labels, stays_legible
from .model import ANNOTATION_MODEL, JSON, Capture
from .outdoors import paint_town
from .photo import lines_within
from .subjects import Subject, subject_of
from .surroundings import PAINTS

if TYPE_CHECKING:
    from av.video import VideoStream

CONTAINERS = {"video/mp4": "mp4", "video/quicktime": "mov"}
SIZES = ((640, 480), (480, 360), (640, 360), (360, 480), (320, 240))
SECONDS = 2
FULL_HD = 1920 * 1080
MOST_DRAWN = 640 * 480
"""A larger film is drawn with about this many pixels and enlarged."""


class Shot(NamedTuple):
    """Frames without a cut between them.

    Attributes:
        frames: of one size.
        lines: for each frame, the text that is wholly on it.
        label: what the shot shows.
        labels: the things on it.
        scene: the kind of place.
    """

    frames: list[Image.Image]
    lines: list[list[Line]]
    label: str
    labels: list[str]
    scene: str


def capture_video(
    content_type: str,
    *,
    rng: random.Random,
    brief: str,
    size: Optional[tuple[int, int]] = None,
    subject: Optional[Subject] = None,
) -> Capture:
    """Film what the brief asks for, or `subject`, see `firsthandapi.sandbox.media.capture`."""
    width, height = size or rng.choice(SIZES)
    even = (width + width % 2, height + height % 2)
    # Encoding takes a second for each 50 million pixels or so: a very large film gets few frames.
    fps = rng.choice((10, 12)) if width * height <= FULL_HD else 4
    shots = film(brief, rng=rng, size=even, count=SECONDS * fps, subject=subject)
    return encode_video(shots, content_type, even, fps, rng=rng)


def film(
    brief: str, *, rng: random.Random, size: tuple[int, int], count: int, subject: Optional[Subject] = None
) -> list[Shot]:
    """Draw the shots of a film.

    Args:
        size: width and height in pixels; the frames are drawn in `drawn_size`.
        count: number of frames in all, at least 6.
        subject: what to film instead of what the brief asks for, and nothing else.
    """
    drawn = drawn_size(size, MOST_DRAWN)
    if subject or rng.random() < 0.5:
        shots = [_glide(brief, rng, drawn, count, subject)]
    else:
        shots = [_street(rng, drawn, count // 3), _glide(brief, rng, drawn, count - count // 3)]
    if stays_legible(drawn, size):
        return shots
    return [shot._replace(lines=[[] for _ in shot.frames]) for shot in shots]


def encode_video(
    shots: Sequence[Shot],
    content_type: str,
    size: tuple[int, int],
    fps: int,
    *,
    rng: random.Random,
    certainty: float = 1.0,
) -> Capture:
    """Make the file, its annotations and its keyframes.

    Args:
        size: width and height of the film in pixels, both even for the codec; the frames are brought to it.
        fps: frames per second.
        certainty: factor of all confidences; below 1 for poor films.
    """
    width, height = size
    # One at a time: all the large frames of a film at once would take gigabytes.
    frames = (
        frame if frame.size == size else frame.resize(size, Image.Resampling.BILINEAR)
        for shot in shots
        for frame in shot.frames
    )
    codec, content = _compressed(frames, size, CONTAINERS[content_type], fps)
    scenes: list[JSON] = []
    keyframes: list[dict[str, JSON]] = []
    seen: dict[str, None] = {}
    first = 0
    for shot in shots:
        scenes.append(
            {"start": round(first / fps, 3), "end": round((first + len(shot.frames)) / fps, 3), "label": shot.label}
        )
        for index in sorted({0, len(shot.frames) // 2}):
            texts = [line.text for line in shot.lines[index]]
            seen.update(dict.fromkeys(texts))
            keyframes.append(
                {
                    "timestamp_seconds": round((first + index) / fps, 3),
                    "width": width,
                    "height": height,
                    "scene_classification": shot.scene,
                    "object_labels": object_labels(shot.labels, rng, certainty),
                    "ocr_text": "\n".join(texts),
                }
            )
        first += len(shot.frames)
    labels = list(dict.fromkeys(label for shot in reversed(shots) for label in shot.labels))
    seconds = round(container_seconds(content), 3)
    annotations: dict[str, JSON] = {
        "annotation_model": ANNOTATION_MODEL,
        "object_labels": object_labels(labels, rng, certainty),
        "ocr_text": "\n".join(seen),
        "scene_classification": shots[-1].scene,
        "resolution": {"width": width, "height": height},
        "fps": fps,
        "codec": codec,
        "duration_seconds": seconds,
        "scenes": scenes,
    }
    return Capture(content, content_type, width, height, seconds, annotations, keyframes)


def _glide(
    brief: str, rng: random.Random, size: tuple[int, int], count: int, subject: Optional[Subject] = None
) -> Shot:
    """The camera glides over a picture that is a quarter wider and higher than the film."""
    whole = (size[0] + size[0] // 4, size[1] + size[1] // 4)
    subject = subject or subject_of(brief)
    picture = draw_picture(brief, rng=rng, size=whole, grain=False, subject=subject)
    spare = (whole[0] - size[0], whole[1] - size[1])
    start, end = rng.sample([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.5, 0.5)], 2)
    frames: list[Image.Image] = []
    lines: list[list[Line]] = []
    for index in range(count):
        way = index / (count - 1)
        smooth = way * way * (3 - 2 * way)
        x, y = (round(room * (a + (b - a) * smooth)) for room, a, b in zip(spare, start, end))
        view = (x, y, x + size[0], y + size[1])
        frames.append(picture.image.crop(view))
        lines.append(lines_within(picture.lines, view))
    return Shot(frames, lines, subject.name, picture.labels, picture.scene)


def _street(rng: random.Random, size: tuple[int, int], count: int) -> Shot:
    """Cars pass before a row of houses."""
    width, height = size
    town = Canvas(size)
    paint_town(town, rng, ground=0.68)
    kerb = height * 0.68
    town.draw.rectangle((0, kerb, width, height), fill="#4A4B4F")
    town.draw.rectangle((0, kerb, width, kerb + height * 0.04), fill="#A7A59F")
    for dash in range(8):
        x = width * dash / 8
        town.draw.rectangle((x, height * 0.855, x + width / 16, height * 0.87), fill="#E9E4D0")
    # Where each car starts, how far it comes in the shot and how low it drives, in shares of the frame.
    near = (rng.uniform(0.6, 1.0), -rng.uniform(0.2, 0.45), 0.95, rng.choice(PAINTS))
    far = (rng.uniform(-0.1, 0.3), rng.uniform(0.25, 0.5), 0.8, rng.choice(PAINTS))
    frames: list[Image.Image] = []
    for index in range(count):
        frame = Canvas(size)
        frame.image.paste(town.image)
        for start, way, ground, colour in (far, near):
            _car(frame, (width * (start + way * index / count), height * ground), width * 0.24, colour)
        frames.append(frame.image)
    return Shot(frames, [[] for _ in frames], "street_traffic", ["car", "building", "road", "sky"], "outdoor_street")


def _car(canvas: Canvas, at: tuple[float, float], length: float, colour: str) -> None:
    x, ground = at
    tall = length * 0.2
    body = (x, ground - tall * 1.25, x + length, ground - tall * 0.3)
    for (foot, roof, end_of_roof, end), height, paint in (
        ((0.20, 0.32, 0.68, 0.84), 0.8, shade(colour, 0.85)),
        ((0.26, 0.35, 0.65, 0.76), 0.62, "#BFD4DA"),
    ):
        top = body[1] - tall * height
        corners = [(foot, body[1]), (roof, top), (end_of_roof, top), (end, body[1])]
        canvas.draw.polygon([(x + length * share, y) for share, y in corners], fill=paint)
    canvas.draw.rounded_rectangle(body, radius=tall * 0.3, fill=colour)
    for wheel in (0.22, 0.78):
        middle, radius = x + length * wheel, tall * 0.42
        canvas.draw.ellipse((middle - radius, ground - 2 * radius, middle + radius, ground), fill="#1B1B1D")
        canvas.draw.ellipse(
            (middle - radius / 2, ground - 1.5 * radius, middle + radius / 2, ground - radius / 2), fill="#9AA1A8"
        )


def _compressed(frames: Iterable[Image.Image], size: tuple[int, int], container: str, fps: int) -> tuple[str, bytes]:
    """The codec's name and the bytes of the file."""
    buffer = io.BytesIO()
    # A build of PyAV without the GPL parts has no x264; MPEG-4 part 2 is in all of them.
    encoder, codec = ("libx264", "h264") if "libx264" in av.codecs_available else ("mpeg4", "mpeg4")
    # "bitexact" keeps version strings out of the container. x264 chooses differently from run to run when it looks
    # ahead (seen with PyAV 14 and 18, even on one thread); tuned for zero latency it does not.
    options = {"preset": "veryfast", "crf": "24", "tune": "zerolatency"} if codec == "h264" else {}
    with av.open(buffer, "w", format=container, options={"fflags": "+bitexact"}) as target:
        stream = cast("VideoStream", target.add_stream(encoder, rate=Fraction(fps), options=options))
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.thread_count = 1
        if codec == "mpeg4":
            stream.codec_context.bit_rate = 800_000
        for frame in frames:
            target.mux(stream.encode(av.VideoFrame.from_image(frame)))  # type: ignore[no-untyped-call]
        target.mux(stream.encode(None))
    return codec, buffer.getvalue()
