"""The service's five-minute walkthrough, against a sandbox on this machine: `make demo`.

A job is posted, simulated workers capture pictures of menu boards, each is scored, and the approved ones are downloaded
with their annotations into demo-output/. Time in the sandbox runs faster than ours.
"""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

import firsthandapi
from firsthandapi.sandbox import Sandbox
from firsthandapi.sandbox.media.contact_sheet import contact_sheet

OUTPUT = Path("demo-output")
SPEED = 60


def main() -> None:
    shutil.rmtree(OUTPUT, ignore_errors=True)
    with Sandbox(speed=SPEED, seed=7) as sandbox:
        say(f"A sandbox plays the service at {sandbox.base_url}, {SPEED} times faster than life.")
        with firsthandapi.Client(api_key=sandbox.api_key, base_url=sandbox.base_url) as fh:
            walkthrough(fh)


def walkthrough(fh: firsthandapi.Client) -> None:
    job = fh.jobs.create(
        title="Photos of coffee shop menus",
        description="Take a clear, well-lit photo of the full menu board at any coffee shop. Must be legible.",
        type="data_collection",
        content_type="image",
        file_formats=["jpeg", "png"],
        quantity=50,
        reward_per_file=75,  # credits (1 credit = $0.01)
    )
    say(f"Posted {job.id}: it is {job.status}, {job.quantity} files at {job.reward_per_file} credits each.")
    held = fh.billing.balance()
    say(f"In escrow: ${held.held_cents / 100:.2f}. Only approved files are charged.")

    seen: set[str] = set()
    approved = 0
    while job.status not in ("completed", "cancelled"):
        job = fh.jobs.get(job.id, wait_seconds=30)
        for submission in fh.jobs.submissions(job.id, limit=100).data[::-1]:
            if submission.id not in seen and submission.ai_star_rating is not None:
                seen.add(submission.id)
                stars = "★" * submission.ai_star_rating + "☆" * (5 - submission.ai_star_rating)
                say(f"  {stars} {submission.status:9} {submission.ai_reasoning or ''}"[:100])
        if job.files_approved > approved:
            approved = job.files_approved
            say(f"{approved:3} of {job.files_needed} approved, {job.files_rejected} rejected")

    report = fh.files.download_all(job_id=job.id, output_dir=OUTPUT / "coffee-menus")
    say(f"Downloaded: {report}")
    files = list(fh.files.list(job_id=job.id, limit=100))
    best = max(files, key=lambda file: file.score)
    say(f"\nWhat came with {best.id} ({best.score} stars), besides the picture:")
    annotations = best.annotations
    assert annotations is not None
    say(f"  labels   {', '.join(label.label for label in annotations.object_labels or [])}")
    say(f"  colours  {', '.join(annotations.color_palette or [])}")
    say("  text     " + "\n           ".join((annotations.ocr_text or "").splitlines()))
    spent = fh.billing.balance()
    say(f"\nCharged: ${(held.total_cents - spent.total_cents) / 100:.2f} for {len(files)} files.")

    by_id = {file.id: file for file in files}
    rows = [row for row in report.files if row.file_id in by_id]
    sheet = contact_sheet(
        [row.path for row in rows],
        OUTPUT / "contact-sheet.png",
        columns=8,
        captions=[caption(by_id[row.file_id]) for row in rows],
    )
    names = sorted(path.name for path in report.output_dir.iterdir())
    say(f"\n{report.output_dir}/ holds {len(names)} files:")
    for name in [*names[:3], "...", *names[-2:]]:
        say(f"  {name}")
    say(f"\nAll of them on one picture: {sheet.resolve()}")


def caption(file: firsthandapi.File) -> str:
    annotations = file.annotations
    return "★" * file.score + "\n" + ((annotations and annotations.ocr_text) or "").replace("\n", " ")


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    started = time.monotonic()
    main()
    say(f"Done in {time.monotonic() - started:.0f} s. Next: README.md, and `make test`.")
    sys.exit(0)
