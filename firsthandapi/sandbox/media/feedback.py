"""What workers hand in who review content instead of capturing things: a note of their opinion.

No source says what the files of a `feedback` job hold, so this is inferred, and as simple as can be: a picture or a
film of a filled-in form, or a recording of the verdict (in Morse code, for nothing here talks). The opinion itself
stands in the annotations as `feedback`, with `verdict` (`good`, `fair`, `poor`, or null) and `comment` (null in a
recording).
"""

from __future__ import annotations

import random
import textwrap
from collections.abc import Sequence
from functools import partial
from typing import Optional

from .audio import CODECS, encode_audio, spelled
from .canvas import Canvas, extent, texture, width_of
from .images import FORMATS, capture_image
from .model import JSON, Capture
from .subjects import Subject, headline_of, words_of
from .surroundings import paint_table
from .video import capture_video

OPINIONS = (
    ("good", "Clear and friendly, and it answers the question."),
    ("good", "Correct, and easy to act on."),
    ("fair", "Right in substance, but much too long."),
    ("fair", "Polite, yet it leaves one question open."),
    ("poor", "It misses what was asked."),
    ("poor", "It promises what nobody can keep."),
)
HOLLOW = (
    ("Ok", "The feedback is one word: it says nothing about the content."),
    ("Asdf asdf", "The feedback is gibberish."),
    ("Nice weather today", "The feedback is not about the content."),
)
"""Comments that say nothing, and what the scoring says of each."""


def give_feedback(
    content_type: str, *, rng: random.Random, brief: str, size: Optional[tuple[int, int]], hollow: bool
) -> tuple[Capture, str]:
    """Make the file of one opinion, see `firsthandapi.sandbox.media.feedback`.

    Args:
        hollow: whether it says nothing of the content.

    Returns:
        The file, and why it is poor; empty for a good one.
    """
    verdict, comment, reason = (None, *rng.choice(HOLLOW)) if hollow else (*rng.choice(OPINIONS), "")
    if content_type in CODECS:
        made = encode_audio(spelled(verdict or words_of(comment)[0], rng), content_type)
        opinion: JSON = {"verdict": verdict, "comment": None}
    else:
        rows = [f"On: {' '.join(headline_of(brief)[:2]).lower()}", f"Verdict: {verdict or '-'}"]
        form = Subject("feedback_form", "indoor_table", partial(draw_form, rows=[*rows, *textwrap.wrap(comment, 20)]))
        make = capture_image if content_type in FORMATS else capture_video
        made = make(content_type, rng=rng, brief=brief, size=size, subject=form)
        opinion = {"verdict": verdict, "comment": comment}
    return made._replace(annotations={**made.annotations, "feedback": opinion}), reason


def draw_form(canvas: Canvas, rng: random.Random, rows: Sequence[str]) -> list[str]:
    """Draw a form with a few written lines on a table, and return the labels of what is there.

    Args:
        rows: the lines, of letters that the built-in font has.
    """
    width, height = canvas.image.size
    unit = min(width, height)
    paint_table(canvas, rng)
    paper = (width * 0.1, height * 0.06, width * 0.9, height * 0.94)
    canvas.shadow(paper, unit * 0.04)
    canvas.fill(paper, texture(extent(paper), rng, "#EEEDE8", "#FBFAF7", (3, 14)))
    # What is written stands in the middle, where a camera that glides over the form sees it all the time.
    body, ink = (width * 0.22, height * 0.2, width * 0.78, height * 0.8), rng.choice(("#1D3557", "#2B2B2E", "#3A2E5C"))
    pitch = (body[3] - body[1]) / (len(rows) + 1)
    canvas.text((body[0], body[1] + pitch / 2), "FEEDBACK", min(pitch * 0.7, unit * 0.09), "#8A1C1C", anchor="l",
                bold=True, tracking=0.06, max_width=width_of(body))  # fmt: skip
    for number, row in enumerate(rows, 1):
        y = body[1] + pitch * (number + 0.5)
        canvas.text((body[0], y), row, min(pitch * 0.6, unit * 0.07), ink, anchor="l", max_width=width_of(body))
        under = y + pitch * 0.4
        canvas.draw.line((body[0], under, body[2], under), fill="#C9C7C0", width=max(1, round(unit * 0.003)))
    return ["feedback_form", "text", "paper", "table"]
