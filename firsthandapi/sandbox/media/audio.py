"""Sound: tones, not speech. Nothing here talks; a few seconds of sine waves stand in for a recording.

A recording is either a word of the brief in Morse code, a row of dialled digits (the two-frequency tones of a telephone
keypad, DTMF) or a melody. The first two spell something, and that is their `transcript`; a melody's is null. No
language is spoken, so `language` is null.
"""

# PyAV describes its types with NumPy and newer Pythons, neither of which may be there.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import io
import math
import random
import sys
import wave
from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Optional, cast

import av

from .model import ANNOTATION_MODEL, JSON, Capture
from .subjects import words_of

if TYPE_CHECKING:
    from av.audio import AudioStream

RATE = 22_050
"""Samples per second."""

CONTAINERS = {"audio/mpeg": ("mp3", "libmp3lame"), "audio/mp4": ("mp4", "aac"), "audio/x-m4a": ("mp4", "aac")}
CODECS = {"audio/wav": "pcm_s16le", "audio/mpeg": "mp3", "audio/mp4": "aac", "audio/x-m4a": "aac"}
MORSE = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        [
            ".-", "-...", "-.-.", "-..", ".", "..-.", "--.", "....", "..",
            ".---", "-.-", ".-..", "--", "-.", "---", ".--.", "--.-", ".-.",
            "...", "-", "..-", "...-", ".--", "-..-", "-.--", "--..",
        ],
    )
)  # fmt: skip
KEYPAD = {
    digit: (row, column)
    for row, digits in ((697, "123"), (770, "456"), (852, "789"), (941, " 0 "))
    for digit, column in zip(digits, (1209, 1336, 1477))
    if digit != " "
}
PENTATONIC = (0, 2, 4, 7, 9, 12, 14, 16)
"""Steps above the root, in semitones: any order of them sounds well."""


class Tone(NamedTuple):
    """Some sine waves that sound together; none for silence."""

    hertz: Sequence[float]
    seconds: float
    fades: bool = False


class Recording(NamedTuple):
    """Samples and what they are.

    Attributes:
        samples: signed 16-bit, one channel, `RATE` of them a second.
        kind: "morse_code", "dtmf_tones", "melody" or a flaw.
        transcript: what the tones spell.
    """

    samples: array[int]
    kind: str
    transcript: Optional[str]


def capture_audio(content_type: str, *, rng: random.Random, brief: str) -> Capture:
    """Record a few seconds of tones, see `firsthandapi.sandbox.media.capture`."""
    record = rng.choice((_morse, _dialling, _melody))
    return encode_audio(record(rng, brief), content_type)


def encode_audio(recording: Recording, content_type: str) -> Capture:
    """Make the file and its annotations of a recording."""
    content = _wav(recording.samples)
    seconds = len(recording.samples) / RATE
    if content_type in CONTAINERS:
        content = _compressed(content, *CONTAINERS[content_type])
        seconds = container_seconds(content)
    annotations: dict[str, JSON] = {
        "annotation_model": ANNOTATION_MODEL,
        "transcript": recording.transcript,
        "language": None,
        "speakers": 0,
        "sound_classification": recording.kind,
        "sample_rate_hz": RATE,
        "channels": 1,
        "codec": CODECS[content_type],
        "duration_seconds": round(seconds, 3),
    }
    return Capture(content, content_type, None, None, round(seconds, 3), annotations, None)


def container_seconds(content: bytes) -> float:
    """The length that the container of a file states."""
    with av.open(io.BytesIO(content)) as container:
        return (container.duration or 0) / av.time_base


def play(tones: Sequence[Tone], loudness: float = 0.5) -> array[int]:
    """The samples of tones one after the other.

    Args:
        loudness: 0 to 1, where 1 is the loudest that the format can say.
    """
    samples = array("h")
    for tone in tones:
        count = round(tone.seconds * RATE)
        samples.extend(_waves(tone, count, loudness) if tone.hertz else array("h", bytes(2 * count)))
    return samples


def _waves(tone: Tone, count: int, loudness: float) -> list[int]:
    peak = 32_767 * loudness / len(tone.hertz)
    steps = [2 * math.pi * hertz / RATE for hertz in tone.hertz]
    waves = [sum(math.sin(step * index) for step in steps) for index in range(count)]
    # Without a short rise and fall every tone would begin and end with a click.
    edge = max(1, min(count // 4, RATE // 200))
    envelope = [min(1.0, (index + 1) / edge, (count - index) / edge) for index in range(count)]
    if tone.fades:
        envelope = [height * math.exp(-3 * index / count) for index, height in enumerate(envelope)]
    return [round(peak * wave_ * height) for wave_, height in zip(waves, envelope)]


def _morse(rng: random.Random, brief: str) -> Recording:
    return spelled(rng.choice([word for word in words_of(brief) if 3 <= len(word) <= 6] or ["hello"]), rng)


def spelled(word: str, rng: random.Random) -> Recording:
    """A word of the letters a to z in Morse code."""
    dot, hertz = rng.uniform(0.055, 0.075), rng.choice((520, 600, 680, 750))
    tones = [Tone((), 0.2)]
    for letter in word:
        for sign in MORSE[letter]:
            tones += [Tone((hertz,), dot * (3 if sign == "-" else 1)), Tone((), dot)]
        tones.append(Tone((), dot * 2))
    return Recording(play(tones), "morse_code", word.upper())


def _dialling(rng: random.Random, _: str) -> Recording:
    # 555-01xx numbers are kept free for fiction.
    digits = f"55501{rng.randrange(100):02}"
    tones = [Tone((), 0.2)]
    for digit in digits:
        tones += [Tone(KEYPAD[digit], 0.2), Tone((), 0.12)]
    return Recording(play(tones), "dtmf_tones", digits)


def _melody(rng: random.Random, _: str) -> Recording:
    root, beat = rng.choice((262.0, 294.0, 330.0)), rng.uniform(0.16, 0.22)
    tones: list[Tone] = []
    for _note in range(rng.randint(9, 13)):
        hertz = root * 2 ** (rng.choice(PENTATONIC) / 12)
        tones.append(Tone((hertz, hertz * 2), beat * rng.choice((1, 1, 2)), fades=True))
    return Recording(play([*tones, Tone((), 0.2)], 0.6), "melody", None)


def _wav(samples: array[int]) -> bytes:
    little = array("h", samples)
    if sys.byteorder == "big":
        little.byteswap()
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(little.tobytes())
    return buffer.getvalue()


def _compressed(wav: bytes, container: str, codec: str) -> bytes:
    buffer = io.BytesIO()
    # "bitexact" keeps version strings out of the file: the same samples make the same bytes.
    with (
        av.open(io.BytesIO(wav)) as source,
        av.open(buffer, "w", format=container, options={"fflags": "+bitexact"}) as target,
    ):
        stream = cast("AudioStream", target.add_stream(codec, rate=RATE))
        stream.codec_context.layout = "mono"
        stream.codec_context.bit_rate = 64_000
        stream.codec_context.thread_count = 1
        for frame in source.decode(audio=0):
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return buffer.getvalue()
