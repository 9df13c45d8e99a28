"""The files of simulated workers: real, repeatable, and described by annotations that are true of their bytes."""

from __future__ import annotations

import io
import math
import random
import re
import subprocess
import sys
import wave
from array import array
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("av")
pytest.importorskip("PIL")

import av
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

from firsthandapi.sandbox.media import LARGEST_SIDE, SUPPORTED, Capture, audio, bad, bad_capture, capture, images, video
from firsthandapi.sandbox.media.contact_sheet import contact_sheet

IMAGES = [kind for kind in SUPPORTED if kind.startswith("image/")]
COMPRESSED = [kind for kind in SUPPORTED if kind.startswith("audio/") and kind != "audio/wav"]
VIDEOS = [kind for kind in SUPPORTED if kind.startswith("video/")]
MENU = "Photos of coffee shop menus\nTake a clear photo of the full menu board at any coffee shop. Must be legible."
BRIEFS = [
    MENU,
    "Menus of restaurants, with dinner prices",
    "Storefronts in the old town",
    "Street signs on your way to work",
    "A grocery receipt from this week",
    "Price labels on supermarket shelves",
    "Golden retrievers that play outside",
    "写真を撮ってください",
]


def made(kind: str, seed: int = 1, brief: str = MENU, size: tuple[int, int] | None = None) -> Capture:
    return capture(kind, rng=random.Random(seed), brief=brief, size=size)


def decoded(file: Capture) -> Image.Image:
    return Image.open(io.BytesIO(file.content)).convert("RGB")


def pixels_of(image: Image.Image) -> list[tuple[int, int, int]]:
    channels = iter(image.convert("RGB").tobytes())
    return list(zip(channels, channels, channels))


def texts(file: Capture) -> list[str]:
    text = file.annotations["ocr_text"]
    assert isinstance(text, str)
    return text.split("\n")


# All kinds


def test_the_same_seed_makes_the_same_bytes() -> None:
    for kind in SUPPORTED:
        first = made(kind, seed=3, size=(480, 360))
        assert made(kind, seed=3, size=(480, 360)) == first, kind
        assert made(kind, seed=4, size=(480, 360)).content != first.content, kind


def test_videos_are_repeatable_whatever_else_lies_in_memory() -> None:
    # With its lookahead, x264 is not: see video._compressed.
    first = made("video/mp4", seed=7)
    for size in range(6):
        litter = [bytes(random.Random(size).randrange(1_000, 400_000)) for _ in range(40)]
        assert made("video/mp4", seed=7) == first, len(litter)


def test_threads_do_not_disturb_each_other() -> None:
    def small(seed: int) -> Capture:
        return made("image/jpeg", seed, size=(320, 240))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(small, range(16))) == [small(seed) for seed in range(16)]


def test_chance_comes_from_the_generator_alone() -> None:
    state = random.getstate()
    made("image/jpeg")
    assert random.getstate() == state


def test_an_unsupported_type_is_named_with_the_supported_ones() -> None:
    for call in (capture, bad_capture):
        with pytest.raises(ValueError, match=r"image/gif.*image/jpeg.*video/quicktime"):
            call("image/gif", rng=random.Random(1), brief=MENU)


@pytest.mark.parametrize("size", [(0, 10), (10, -1), (LARGEST_SIDE + 1, 10)])
def test_a_size_out_of_range_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=f"1 to {LARGEST_SIDE}"):
        made("image/jpeg", size=size)


@pytest.mark.parametrize("missing", ["av", "PIL"])
def test_without_its_extra_the_import_says_what_to_install(missing: str) -> None:
    code = f"import sys; sys.modules[{missing!r}] = None; import firsthandapi.sandbox.media"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "ImportError: the sandbox needs its extra: pip install 'firsthandapi[sandbox]'" in ran.stderr


# Images


@pytest.mark.parametrize("kind", IMAGES)
def test_images_decode_to_what_is_said_of_them(kind: str) -> None:
    file = made(kind)
    with Image.open(io.BytesIO(file.content)) as image:
        assert image.get_format_mimetype() == kind
        assert image.size == (file.width, file.height)
        image.verify()
    assert file.annotations["resolution"] == {"width": file.width, "height": file.height}
    assert file.duration_seconds is None
    assert file.keyframes is None
    assert 40_000 < len(file.content) < 600_000


@pytest.mark.parametrize("kind", IMAGES)
def test_the_palette_is_in_the_picture_and_most_of_the_picture_is_near_it(kind: str) -> None:
    file = made(kind, seed=2, size=(600, 450))
    palette: Any = file.annotations["color_palette"]
    assert 2 <= len(palette) <= 5
    colours = [tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5)) for colour in palette]
    assert palette == ["#{:02X}{:02X}{:02X}".format(*colour) for colour in colours]
    everywhere = set(pixels_of(decoded(file)))
    pixels = pixels_of(decoded(file).resize((100, 75), Image.Resampling.NEAREST))

    def far(a: tuple[int, ...], b: tuple[int, ...]) -> int:
        return sum(abs(x - y) for x, y in zip(a, b))

    for colour in colours:
        assert min(far(colour, pixel) for pixel in everywhere) <= (0 if kind == "image/png" else 12)
    counts = [0] * len(colours)
    for pixel in pixels:
        distances = [far(colour, pixel) for colour in colours]
        if min(distances) < 90:
            counts[distances.index(min(distances))] += 1
    assert sum(counts) > 0.6 * len(pixels)
    assert counts[0] > 0.6 * max(counts)


def test_a_menu_has_a_name_items_and_prices() -> None:
    for seed in range(10):
        lines = texts(made("image/jpeg", seed, size=(640, 480)))
        priced = [line for line in lines if re.fullmatch(r"[A-Za-z &]+ \$\d+\.\d\d", line)]
        assert 4 <= len(priced) <= 9
        assert not re.search(r"\d", lines[0])


def test_menus_differ() -> None:
    assert len({texts(made("image/jpeg", seed, size=(400, 300)))[0] for seed in range(12)}) > 5


def test_the_sum_of_a_receipt_is_right() -> None:
    lines = texts(made("image/jpeg", 5, "Grocery receipt"))
    total = next(line for line in lines if line.startswith("TOTAL $"))
    prices = [int(line[-4:].replace(".", "")) for line in lines if re.search(r" \d\.\d\d$", line)]
    assert len(prices) >= 4
    assert f"TOTAL ${sum(prices) / 100:.2f}" == total


@pytest.mark.parametrize(
    ("brief", "label"),
    [
        ("Coffee!", "menu_board"),
        ("Any café near you", "menu_board"),
        ("Restaurants", "menu_board"),
        ("A receipt of a coffee shop", "receipt"),
        ("shop fronts: storefront of a coffee shop", "storefront"),
        ("Street signs", "street_sign"),
        ("Supermarket shelves", "shelf"),
        ("Golden retrievers", "poster"),
        ("写真", "poster"),
    ],
)
def test_words_of_the_brief_choose_the_scene(brief: str, label: str) -> None:
    labels: Any = made("image/webp", 1, brief, (300, 200)).annotations["object_labels"]
    assert labels[0]["label"] == label
    confidences = [entry["confidence"] for entry in labels]
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 < confidence < 1 for confidence in confidences)


def test_a_poster_shows_words_of_the_brief() -> None:
    assert texts(made("image/png", 1, "Photos of golden retrievers, with a ball")) == ["GOLDEN", "RETRIEVERS", "BALL"]


@settings(max_examples=40, deadline=None)
@given(
    brief=st.sampled_from(BRIEFS),
    seed=st.integers(0, 10_000),
    size=st.one_of(
        st.tuples(st.integers(200, 700), st.integers(200, 700)), st.tuples(st.integers(1, 1500), st.integers(1, 300))
    ),
)
def test_every_line_is_legible_whole_and_apart_from_the_others(brief: str, seed: int, size: tuple[int, int]) -> None:
    drawn: list[str] = []
    draw = ImageDraw.ImageDraw.text

    def noting(self: ImageDraw.ImageDraw, xy: Any, text: str, *args: Any, **more: Any) -> None:
        drawn.append(text)
        draw(self, xy, text, *args, **more)

    # Before the photograph is tilted: after that, boxes of neighbouring lines may overlap though the lines do not.
    level: list[Any] = []
    tilt = images.photograph

    def tilting(canvas: Any, *args: Any, **more: Any) -> Any:
        level.extend(canvas.lines)
        return tilt(canvas, *args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ImageDraw.ImageDraw, "text", noting)
        patch.setattr(images, "photograph", tilting)
        picture = images.draw_picture(brief, rng=random.Random(seed), size=size, grain=False)
    assert picture.image.size == size
    said = "".join(line.text for line in picture.lines)
    # A tiny picture or a strip is drawn in another shape and squeezed: then nothing counts as legible.
    squeezed = min(size) < images.LEAST_DRAWN or max(size) > images.STRIP * min(size)
    assert said.replace(" ", "") == "".join(drawn).replace(" ", "") or (squeezed and not said)
    for line in picture.lines:
        left, top, right, bottom = line.box
        assert 0 <= left < right <= size[0]
        assert 0 <= top < bottom <= size[1]
        darkest, brightest = picture.image.convert("L").crop(tuple(map(round, line.box))).getextrema()
        assert brightest - darkest > 45, line
    for index, (_, a) in enumerate(level):
        for _, b in level[index + 1 :]:
            across, down = (min(a[i + 2], b[i + 2]) - max(a[i], b[i]) for i in (0, 1))
            assert across <= 1 or down <= 1, (a, b)


def test_a_very_large_picture_keeps_its_text_inside() -> None:
    picture = images.draw_picture(MENU, rng=random.Random(1), size=(4000, 3000))
    assert picture.image.size == (4000, 3000)
    assert max(line.box[2] for line in picture.lines) > 2000
    assert all(line.box[2] <= 4000 and line.box[3] <= 3000 for line in picture.lines)


# Audio


def heard(file: Capture) -> tuple[int, array[int]]:
    with wave.open(io.BytesIO(file.content)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth()) == (1, 2)
        return sound.getframerate(), array("h", sound.readframes(sound.getnframes()))


def runs(samples: array[int], window: int) -> list[tuple[bool, int, int]]:
    """Whether there is sound, from which sample and to which."""
    loud = [max(map(abs, samples[at : at + window])) > 2_000 for at in range(0, len(samples), window)]
    edges = [0, *(i for i in range(1, len(loud)) if loud[i] != loud[i - 1]), len(loud)]
    return [(loud[a], a * window, min(b * window, len(samples))) for a, b in zip(edges, edges[1:])]


def strength(samples: array[int], hertz: float, rate: int) -> float:
    turns = [2 * math.pi * hertz * index / rate for index in range(len(samples))]
    return math.hypot(
        sum(value * math.cos(turn) for value, turn in zip(samples, turns)),
        sum(value * math.sin(turn) for value, turn in zip(samples, turns)),
    )


def sounds(kind: str) -> Capture:
    return next(
        file
        for seed in range(40)
        for file in [made("audio/wav", seed)]
        if file.annotations["sound_classification"] == kind
    )


def test_wav_is_as_long_and_fine_as_said() -> None:
    file = made("audio/wav")
    rate, samples = heard(file)
    assert file.duration_seconds == pytest.approx(len(samples) / rate, abs=0.001)
    assert file.annotations["duration_seconds"] == file.duration_seconds
    assert file.annotations["sample_rate_hz"] == rate
    assert file.annotations["codec"] == "pcm_s16le"
    assert file.annotations["language"] is None
    assert (file.width, file.height, file.keyframes) == (None, None, None)
    assert 1 < len(samples) / rate < 8


def test_morse_code_spells_its_transcript() -> None:
    file = sounds("morse_code")
    _, samples = heard(file)
    parts = runs(samples, 100)[1:]
    dot = min(end - start for loud, start, end in parts if loud)
    signs = ""
    for loud, start, end in parts:
        if loud:
            signs += "." if end - start < 2 * dot else "-"
        elif end - start > 2 * dot:
            signs += " "
    letters = {code: letter for letter, code in audio.MORSE.items()}
    assert "".join(letters[code] for code in signs.split()).upper() == file.annotations["transcript"]


def test_dialled_digits_are_the_transcript() -> None:
    file = sounds("dtmf_tones")
    rate, samples = heard(file)
    digits = ""
    for loud, start, end in runs(samples, 200):
        if loud:
            part = samples[start + 300 : end - 300]
            row = max((697, 770, 852, 941), key=lambda hertz: strength(part, hertz, rate))
            column = max((1209, 1336, 1477), key=lambda hertz: strength(part, hertz, rate))
            digits += next(digit for digit, pair in audio.KEYPAD.items() if pair == (row, column))
    assert digits == file.annotations["transcript"]


def test_a_melody_says_nothing() -> None:
    assert sounds("melody").annotations["transcript"] is None


@pytest.mark.parametrize("kind", COMPRESSED)
def test_compressed_audio_decodes_to_what_is_said_of_it(kind: str) -> None:
    file = made(kind)
    with av.open(io.BytesIO(file.content)) as container:
        stream = container.streams.audio[0]
        seconds = sum(frame.samples for frame in container.decode(audio=0)) / stream.rate
        assert stream.codec_context.name.startswith(str(file.annotations["codec"]))
        assert stream.rate == file.annotations["sample_rate_hz"]
        assert stream.channels == 1
    # An encoder fills its last block up, and may say so or not: that is up to 0.1 s.
    assert file.duration_seconds == pytest.approx(seconds, abs=0.1)
    assert 1_000 < len(file.content) < 100_000


# Video


@pytest.mark.parametrize("kind", VIDEOS)
def test_videos_decode_to_what_is_said_of_them(kind: str) -> None:
    for seed in range(3):
        file = made(kind, seed)
        with av.open(io.BytesIO(file.content)) as container:
            stream = container.streams.video[0]
            frames = [frame.to_image() for frame in container.decode(video=0)]
            assert stream.codec_context.name == file.annotations["codec"]
            assert stream.average_rate == file.annotations["fps"]
        fps: Any = file.annotations["fps"]
        scenes: Any = file.annotations["scenes"]
        assert {frame.size for frame in frames} == {(file.width, file.height)}
        assert file.annotations["resolution"] == {"width": file.width, "height": file.height}
        assert file.duration_seconds == pytest.approx(len(frames) / fps, abs=0.01)
        assert file.duration_seconds == pytest.approx(2, abs=0.01)
        assert [scene["start"] for scene in scenes] == [0, *(scene["end"] for scene in scenes[:-1])]
        assert scenes[-1]["end"] == pytest.approx(file.duration_seconds, abs=0.01)
        assert max(ImageStat.Stat(ImageChops.difference(frames[0], frames[-1])).mean) > 1


def test_keyframes_lie_in_the_film_and_read_what_is_on_them() -> None:
    for seed in range(6):
        file = made("video/mp4", seed)
        assert file.keyframes
        times: list[Any] = [frame["timestamp_seconds"] for frame in file.keyframes]
        assert times == sorted(set(times))
        assert 0 <= times[0] <= times[-1] < (file.duration_seconds or 0)
        seen: list[str] = []
        for frame in file.keyframes:
            assert (frame["width"], frame["height"]) == (file.width, file.height)
            seen += str(frame["ocr_text"]).split("\n") if frame["ocr_text"] else []
        assert texts(file) == (list(dict.fromkeys(seen)) or [""])


def test_no_frame_reads_a_line_that_it_cuts() -> None:
    for seed in range(6):
        for shot in video.film(MENU, rng=random.Random(seed), size=(320, 240), count=12):
            for frame, lines in zip(shot.frames, shot.lines):
                for line in lines:
                    assert min(line.box) >= 0
                    assert line.box[2] <= frame.width
                    assert line.box[3] <= frame.height


@pytest.mark.parametrize("size", [(1, 1), (33, 18), (2500, 1000)])
def test_a_video_has_the_size_asked_for_in_even_numbers(size: tuple[int, int]) -> None:
    file = made("video/mp4", size=size)
    assert (file.width, file.height) == (size[0] + size[0] % 2, size[1] + size[1] % 2)
    with av.open(io.BytesIO(file.content)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (file.width, file.height)


# Bad captures


def sharpness(image: Image.Image) -> float:
    return ImageStat.Stat(image.convert("L").filter(ImageFilter.FIND_EDGES)).mean[0]


def test_poor_pictures_are_worse_than_good_ones() -> None:
    good = images.draw_picture(MENU, rng=random.Random(1), size=(900, 700), grain=False)
    poor = {reason: spoil(good) for spoil, reason in bad.IMAGE_FLAWS}
    assert len(poor) == 4
    for reason, picture in poor.items():
        lines = len(picture.lines)
        if "focus" in reason:
            assert (sharpness(picture.image) < sharpness(good.image) / 4, lines) == (True, 0)
        elif "dark" in reason:
            assert (ImageStat.Stat(picture.image.convert("L")).extrema[0][1] < 20, lines) == (True, 0)
        elif "small" in reason:
            assert (max(picture.image.size) <= 40, lines) == (True, 0)
        else:
            assert "cut off" in reason
            assert lines < len(good.lines) / 2


@pytest.mark.parametrize("kind", SUPPORTED)
def test_bad_captures_are_real_files_with_a_reason_and_true_annotations(kind: str) -> None:
    reasons: set[str] = set()
    for seed in range(4):
        file, reason = bad_capture(kind, rng=random.Random(seed), brief=MENU)
        assert file.content_type == kind
        reasons.add(reason)
        if kind in IMAGES:
            assert decoded(file).size == (file.width, file.height)
            assert file.annotations["resolution"] == {"width": file.width, "height": file.height}
            continue
        with av.open(io.BytesIO(file.content)) as container:
            assert sum(1 for _ in container.decode(*container.streams)) > 0
            assert file.duration_seconds == pytest.approx((container.duration or 0) / av.time_base, abs=0.01)
    assert len(reasons) >= 2
    assert all(reason.endswith(".") for reason in reasons)
    again, _ = bad_capture(kind, rng=random.Random(3), brief=MENU)
    assert again == file


def test_poor_recordings_are_silent_short_or_noise() -> None:
    for record, reason in bad.AUDIO_FLAWS:
        _, samples = heard(audio.encode_audio(record(random.Random(1)), "audio/wav"))
        loudest, seconds = max(map(abs, samples)), len(samples) / audio.RATE
        if "silent" in reason:
            assert loudest == 0
        elif "breaks off" in reason:
            assert seconds < 0.5
        else:
            assert "noise" in reason
            assert loudest > 32_000


def test_poor_films_are_blurred_dark_or_short() -> None:
    [*_, good] = video.film(MENU, rng=random.Random(1), size=(320, 240), count=20)
    for spoil, reason in bad.VIDEO_FLAWS:
        poor = spoil(good)
        if "focus" in reason:
            assert sharpness(poor.frames[0]) < sharpness(good.frames[0]) / 3
            assert not any(poor.lines)
        elif "dark" in reason:
            assert ImageStat.Stat(poor.frames[0].convert("L")).extrema[0][1] < 20
            assert not any(poor.lines)
        else:
            assert "moment" in reason
            assert len(poor.frames) == len(poor.lines) == 3


# Contact sheet


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("files")
    paths = []
    for name, kind in [("a.jpg", "image/jpeg"), ("b.wav", "audio/wav"), ("c.mp4", "video/mp4"), ("d.m4a", "audio/mp4")]:
        (folder / name).write_bytes(made(kind).content)
        paths.append(folder / name)
    (folder / "e.png").write_bytes(b"no picture")
    return [*paths, folder / "e.png"]


def test_a_contact_sheet_has_a_tile_for_each_file(files: list[Path], tmp_path: Path) -> None:
    target = contact_sheet(
        files, tmp_path / "new" / "sheet.png", columns=3, captions=["\u2605\u2605\u2606 Café\nx"] * 5
    )
    assert target == tmp_path / "new" / "sheet.png"
    with Image.open(target) as sheet:
        sheet.load()
        tile = (sheet.width - 10) // 3
        assert sheet.height < 2 * tile + 20
        spots = [(10 + across * tile, 10 + down * (sheet.height // 2)) for down in (0, 1) for across in (0, 1, 2)]
        tiles = [set(pixels_of(sheet.crop((x, y, x + tile - 20, y + sheet.height // 2 - 20)))) for x, y in spots]
    gold = (224, 161, 0)
    assert [len(colours) > 20 and gold in colours for colours in tiles] == [True] * 5 + [False]
    assert len(tiles[5]) == 1


def test_without_captions_names_are_shown_and_jpeg_is_written_too(files: list[Path], tmp_path: Path) -> None:
    target = contact_sheet([str(path) for path in files[:1]], str(tmp_path / "sheet.JPG"))
    with Image.open(target) as sheet:
        assert sheet.format == "JPEG"
        foot = sheet.crop((0, sheet.height - 40, sheet.width, sheet.height)).convert("L")
    assert foot.getextrema()[0] < 120


def test_a_contact_sheet_shows_the_pictures_themselves(tmp_path: Path) -> None:
    Image.new("RGB", (60, 40), "#FF0000").save(tmp_path / "red.png")
    Image.new("L", (40, 60), 255).save(tmp_path / "white.webp", lossless=True)
    target = contact_sheet([tmp_path / "red.png", tmp_path / "white.webp"], tmp_path / "sheet.png", columns=2)
    with Image.open(target) as sheet:
        assert sheet.getpixel((sheet.width // 4, 150)) == (255, 0, 0)
        assert sheet.getpixel((sheet.width * 3 // 4, 150)) == (255, 255, 255)


@pytest.mark.parametrize("kind", [*IMAGES, "video/mp4", "audio/mp4"])
def test_a_file_that_breaks_off_gets_a_tile_that_says_so(kind: str, tmp_path: Path) -> None:
    content = made(kind, size=(320, 240)).content
    (tmp_path / "broken").write_bytes(content[: len(content) // 3])
    target = contact_sheet([tmp_path / "broken"], tmp_path / "sheet.png")
    with Image.open(target) as sheet:
        upper = sheet.crop((20, 20, sheet.width - 20, sheet.height // 2))
        assert set(pixels_of(upper)) == {(43, 47, 54)}
        badge = sheet.crop((20, sheet.height // 2, sheet.width - 20, sheet.height - 50))
        assert len(set(pixels_of(badge))) > 10


def test_wrong_arguments_of_a_contact_sheet_are_named(files: list[Path], tmp_path: Path) -> None:
    target = tmp_path / "sheet.png"
    with pytest.raises(ValueError, match=r"\.gif"):
        contact_sheet(files, tmp_path / "sheet.gif")
    with pytest.raises(ValueError, match="paths is empty"):
        contact_sheet([], target)
    with pytest.raises(ValueError, match="columns"):
        contact_sheet(files, target, columns=0)
    with pytest.raises(ValueError, match="captions"):
        contact_sheet(files, target, captions=["one"])
    with pytest.raises(ValueError, match="too long a sheet"):
        contact_sheet(files * 100, target, columns=1)
    with pytest.raises(FileNotFoundError):
        contact_sheet([tmp_path / "nowhere.jpg"], target)
    assert not target.exists()
