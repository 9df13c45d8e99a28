"""Small drawn shapes, each white on black in a square of side `s`, to be used with `Canvas.stamp`."""

from __future__ import annotations

import math

from PIL.ImageDraw import ImageDraw


def cup(draw: ImageDraw, s: int) -> None:
    """A coffee cup from the side, on a saucer, with steam."""
    line = max(1, s // 22)
    draw.rounded_rectangle((s * 0.22, s * 0.40, s * 0.68, s * 0.80), radius=s * 0.14, fill=255)
    draw.rectangle((s * 0.22, s * 0.40, s * 0.68, s * 0.56), fill=255)
    draw.ellipse((s * 0.58, s * 0.44, s * 0.84, s * 0.68), outline=255, width=line * 2)
    draw.rounded_rectangle((s * 0.12, s * 0.85, s * 0.80, s * 0.91), radius=s * 0.03, fill=255)
    for x in (0.33, 0.45, 0.57):
        wave = [(s * (x + 0.025 * math.sin(step / 3)), s * (0.12 + step * 0.012)) for step in range(18)]
        draw.line(wave, fill=255, width=line, joint="curve")


def bean(draw: ImageDraw, s: int) -> None:
    """A coffee bean."""
    draw.ellipse((s * 0.24, s * 0.06, s * 0.76, s * 0.94), fill=255)
    crease = [
        (s * (0.5 + 0.07 * math.sin(step / 20 * 2 * math.pi)), s * (0.06 + 0.88 * step / 20)) for step in range(21)
    ]
    draw.line(crease, fill=0, width=max(1, s // 16), joint="curve")


def leaf(draw: ImageDraw, s: int) -> None:
    """A leaf with its vein."""
    side = [(step / 20, 0.26 * math.sin(math.pi * step / 20) ** 0.9) for step in range(21)]
    outline = [(s * (0.5 + w), s * (0.04 + 0.82 * t)) for t, w in side]
    outline += [(s * (0.5 - w), s * (0.04 + 0.82 * t)) for t, w in reversed(side)]
    draw.polygon(outline, fill=255)
    draw.line((s * 0.5, s * 0.2, s * 0.5, s * 0.98), fill=0, width=max(1, s // 28))
    draw.line((s * 0.5, s * 0.86, s * 0.5, s * 0.98), fill=255, width=max(1, s // 24))


def cutlery(draw: ImageDraw, s: int) -> None:
    """A fork and a knife side by side."""
    draw.rounded_rectangle((s * 0.30, s * 0.36, s * 0.36, s * 0.95), radius=s * 0.03, fill=255)
    for x in (0.22, 0.305, 0.39):
        draw.rounded_rectangle((s * x, s * 0.06, s * (x + 0.045), s * 0.32), radius=s * 0.02, fill=255)
    draw.pieslice((s * 0.22, s * 0.20, s * 0.435, s * 0.44), 0, 180, fill=255)
    draw.rounded_rectangle((s * 0.64, s * 0.50, s * 0.70, s * 0.95), radius=s * 0.03, fill=255)
    draw.chord((s * 0.52, s * 0.05, s * 0.88, s * 0.98), 180, 270, fill=255)
    draw.rectangle((s * 0.62, s * 0.06, s * 0.70, s * 0.54), fill=255)


def star(draw: ImageDraw, s: int) -> None:
    """A five-pointed star."""
    points = [
        (s / 2 + s * radius * math.sin(turn), s * 0.53 - s * radius * math.cos(turn))
        for corner in range(10)
        for radius, turn in [(0.5 if corner % 2 == 0 else 0.21, corner * math.pi / 5)]
    ]
    draw.polygon(points, fill=255)


def note(draw: ImageDraw, s: int) -> None:
    """A pair of musical notes, for sound."""
    draw.ellipse((s * 0.14, s * 0.68, s * 0.40, s * 0.88), fill=255)
    draw.ellipse((s * 0.58, s * 0.60, s * 0.84, s * 0.80), fill=255)
    draw.rectangle((s * 0.34, s * 0.22, s * 0.40, s * 0.78), fill=255)
    draw.rectangle((s * 0.78, s * 0.14, s * 0.84, s * 0.70), fill=255)
    draw.polygon([(s * 0.34, s * 0.20), (s * 0.84, s * 0.10), (s * 0.84, s * 0.26), (s * 0.34, s * 0.36)], fill=255)


def play(draw: ImageDraw, s: int) -> None:
    """A ring with a triangle that points right, for video."""
    draw.ellipse((s * 0.04, s * 0.04, s * 0.96, s * 0.96), outline=255, width=max(1, s // 14))
    draw.polygon([(s * 0.39, s * 0.28), (s * 0.39, s * 0.72), (s * 0.76, s * 0.50)], fill=255)


def disc(draw: ImageDraw, s: int) -> None:
    """A filled circle."""
    draw.ellipse((0, 0, s - 1, s - 1), fill=255)
