"""Taking metadata out: what identifies goes, what is seen and heard stays, and the manifest tells."""

from __future__ import annotations

import hashlib
import io
import json
import struct
from pathlib import Path
from typing import Any

import pytest
import respx
from download_support import API, Calls, api, calls, storage
from hypothesis import given
from hypothesis import strategies as st
from storage_server import Storage

from firsthandapi.download import verify
from firsthandapi.download.strip import STRIPPERS, Copy, strip

__all__ = ["calls", "storage"]

GPS = b"N 40 42 46 W 74 0 21"


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body


def exif(orientation: int = 1, order: str = ">") -> bytes:
    head = b"MM\0*" if order == ">" else b"II*\0"
    entries = struct.pack(f"{order}HHIHH", 0x010F, 2, 1, 0, 0) + struct.pack(
        f"{order}HHIHH", 0x0112, 3, 1, orientation, 0
    )
    return b"Exif\0\0" + head + struct.pack(f"{order}IH", 8, 2) + entries + bytes(4) + GPS


SCAN = segment(0xDA, b"\1\1\0\0\x3f\0") + b"pixels\xff\0more\xff\xd0still\xff\xff"
JPEG_HEAD = b"\xff\xd8" + segment(0xE0, b"JFIF\0rest") + segment(0xE2, b"ICC_PROFILE\0colours")
JPEG_TAIL = segment(0xDB, b"tables") + SCAN + segment(0xC4, b"more tables") + SCAN + b"\xff\xd9"


def jpeg(*metadata: bytes, trailer: bytes = b"") -> bytes:
    return JPEG_HEAD + b"".join(metadata) + JPEG_TAIL + trailer


def chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + b"CRC!"


def png(*metadata: bytes) -> bytes:
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", bytes(13)) + b"".join(metadata) + chunk(b"IDAT", b"pixels") + chunk(b"IEND", b"")


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WEBP" + b"".join(
        kind + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2) for kind, data in chunks
    )
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def box(kind: bytes, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return (len(body) + 8).to_bytes(4, "big") + kind + body


def stripped(tmp_path: Path, content: bytes, kind: str) -> tuple[bytes, Copy]:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(content)
    found = strip(source, target, kind)
    copy = target.read_bytes()
    assert (found.size, found.sha256) == (len(copy), hashlib.sha256(copy).hexdigest())
    assert source.read_bytes() == content
    return copy, found


@pytest.mark.parametrize(
    ("metadata", "removed"),
    [
        ([segment(0xE1, exif())], ("exif",)),
        ([segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + GPS)], ("xmp",)),
        ([segment(0xED, b"Photoshop 3.0\0" + GPS)], ("iptc",)),
        ([segment(0xFE, GPS)], ("comment",)),
        ([segment(0xE2, b"MPF\0" + GPS)], ("app2",)),
        ([segment(0xE1, exif()), segment(0xFE, GPS), segment(0xFE, GPS)], ("exif", "comment")),
        ([], ()),
    ],
)
def test_jpeg(tmp_path: Path, metadata: list[bytes], removed: tuple[str, ...]) -> None:
    copy, found = stripped(tmp_path, jpeg(*metadata), "image/jpeg")
    assert copy == jpeg()
    assert (found.removed, found.supported) == (removed, True)


def test_the_film_behind_a_jpeg_goes(tmp_path: Path) -> None:
    copy, found = stripped(tmp_path, jpeg(trailer=b"....ftypmp42" + GPS), "image/jpeg")
    assert copy == jpeg()
    assert found.removed == ("trailer",)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", [1, 6, 8, 9, 0])
def test_a_picture_stays_upright(tmp_path: Path, order: str, orientation: int) -> None:
    copy, _ = stripped(tmp_path, jpeg(segment(0xE1, exif(orientation, order))), "image/jpeg")
    assert GPS not in copy
    if orientation not in (6, 8):
        assert copy == jpeg()
        return
    again = copy[len(JPEG_HEAD) : -len(JPEG_TAIL)]
    assert again[4:10] == b"Exif\0\0"
    assert struct.unpack(">H", again[-8:-6]) == (orientation,) or orientation.to_bytes(2, "big") in again
    assert len(again) == 36


def test_a_real_picture_looks_the_same(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    picture = image.effect_noise((64, 48), 50).convert("RGB")
    data = image.Exif()
    data[0x0112], data[0x010E] = 6, "a place that nobody should know"
    for kind, name, options in (
        ("image/jpeg", "JPEG", {"progressive": True, "comment": b"who"}),
        ("image/png", "PNG", {}),
        ("image/webp", "WEBP", {"xmp": b"<x:xmpmeta/>"}),
    ):
        file = io.BytesIO()
        picture.save(file, name, exif=data, **options)
        copy, found = stripped(tmp_path, file.getvalue(), kind)
        assert "exif" in found.removed
        assert b"nobody should know" not in copy
        before, after = image.open(file), image.open(io.BytesIO(copy))
        assert after.tobytes() == before.tobytes()
        assert dict(after.getexif()) == ({0x0112: 6} if name == "JPEG" else {})


def test_png(tmp_path: Path) -> None:
    metadata = [chunk(kind, GPS) for kind in (b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME")]
    copy, found = stripped(tmp_path, png(*metadata) + b"trailer", "image/png")
    assert copy == png()
    assert found.removed == ("exif", "text", "time", "trailer")


def test_webp(tmp_path: Path) -> None:
    head = bytes([0x10 | 0x08 | 0x04]) + bytes(9)
    content = riff((b"VP8X", head), (b"VP8L", b"odd"), (b"EXIF", GPS), (b"XMP ", GPS))
    copy, found = stripped(tmp_path, content + b"trailer", "image/webp")
    assert copy == riff((b"VP8X", bytes([0x10]) + bytes(9)), (b"VP8L", b"odd"))
    assert found.removed == ("exif", "xmp", "trailer")


def test_mp4(tmp_path: Path) -> None:
    def film(user: bytes, moment: bytes, kind: bytes = b"udta") -> bytes:
        track = box(b"trak", box(b"tkhd", b"\1\0\0\0" + moment * 2 + bytes(20)), box(kind, user))
        movie = box(b"moov", box(b"mvhd", bytes(4) + moment + bytes(20)), track, box(kind, user))
        large = (1).to_bytes(4, "big") + b"mdat" + (16 + 6).to_bytes(8, "big") + b"frames"
        return box(b"ftyp", b"mp42") + movie + large + box(b"uuid" if kind == b"udta" else kind, user)

    moment = b"\1\2\3\4\5\6\7\x08"
    for mime in ("video/mp4", "video/quicktime", "audio/mp4", "audio/x-m4a"):
        copy, found = stripped(tmp_path, film(GPS, moment), mime)
        assert copy == film(bytes(len(GPS)), bytes(8), b"free")
        assert found.removed == ("time", "user data", "uuid")
    copy, found = stripped(tmp_path, film(bytes(4), bytes(8), b"skip"), "video/mp4")
    assert found.removed == ()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"RIFF....WAVE" + GPS, "audio/wav"),
        (b"no picture at all", "image/jpeg"),
        (jpeg()[:-30], "image/jpeg"),
        (png()[:-9], "image/png"),
        (riff((b"VP8 ", b"1234"))[:-2], "image/webp"),
        (box(b"ftyp", b"mp42") + b"\xff\xff\xff\xffmoov", "video/mp4"),
        (b"", "image/jpeg"),
    ],
)
def test_what_is_not_known_stays_as_it_is_and_says_so(tmp_path: Path, content: bytes, kind: str) -> None:
    copy, found = stripped(tmp_path, content, kind)
    assert copy == content
    assert (found.removed, found.supported) == ((), False)


@given(st.sampled_from(sorted(STRIPPERS)), st.binary(max_size=60), st.data())
def test_no_content_confuses_it(tmp_path_factory: pytest.TempPathFactory, kind: str, noise: bytes, data: Any) -> None:
    whole = {"image/jpeg": jpeg(segment(0xE1, exif(6))), "image/png": png(), "image/webp": riff((b"EXIF", GPS))}.get(
        kind, box(b"ftyp", b"mp42") + box(b"moov", box(b"udta", GPS))
    )
    at = data.draw(st.integers(0, len(whole)))
    stripped(tmp_path_factory.mktemp("strip"), whole[:at] + noise + whole[at + len(noise) :], kind)


@respx.mock
def test_a_folder_without_metadata(storage: Storage, calls: Calls) -> None:
    original = jpeg(segment(0xE1, exif()), segment(0xFE, GPS))
    photo = storage.file("photo", original)
    sound = storage.file("sound", b"RIFF....WAVE", content_type="audio/wav")
    api([photo, sound])
    report = calls.into_out(strip_metadata=True)
    assert report.files[0].path.read_bytes() == jpeg()
    assert [row.removed for row in report.files] == [("exif", "comment"), ()]
    rows = {row["id"]: row for row in map(json.loads, report.manifest.read_text().splitlines())}
    assert rows["file_photo"]["content_hash"] == hashlib.sha256(original).hexdigest()
    assert rows["file_photo"]["sha256"] == hashlib.sha256(jpeg()).hexdigest()
    stated = {"supported": True, "removed": ["exif", "comment"], "size_bytes": len(jpeg())}
    assert rows["file_photo"]["stripped"] == stated
    assert rows["file_sound"]["stripped"] == {"supported": False, "removed": [], "size_bytes": 12}
    assert verify(report.output_dir).ok == 2

    for method in ("download_all", "sync"):
        assert len(calls.into_out(method).present) == 2, "also without asking for it again"
    report.files[0].path.unlink()
    respx.post(f"{API}/v1/files/file_photo/refresh_url").respond(json=photo)
    calls("repair", output_dir=calls.folder)
    assert report.files[0].path.read_bytes() == jpeg(), "what was stripped stays so"
    assert {row["id"]: row for row in map(json.loads, report.manifest.read_text().splitlines())} == rows


@respx.mock
def test_files_that_still_have_their_metadata_are_fetched_again(storage: Storage, calls: Calls) -> None:
    api([storage.file("photo", jpeg(segment(0xFE, GPS)))])
    assert GPS in calls.into_out().files[0].path.read_bytes()
    assert calls.into_out("plan_download", strip_metadata=True).stale == 1
    report = calls.into_out(strip_metadata=True)
    assert (report.files[0].status, report.files[0].path.read_bytes()) == ("fetched", jpeg())
    assert list(calls.folder.glob("**/*.clean")) == []
