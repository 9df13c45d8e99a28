"""Many links that expire together: they are renewed by pages, politely, and one by one only where that is less work."""

from __future__ import annotations

import random
import time
from datetime import datetime, timezone
from typing import Any

import httpx
import pytest
import respx
from download_support import API, Calls, NoSleep, calls, storage
from storage_server import Storage

from firsthandapi.download import pace, verify
from firsthandapi.download.fetch import Fetcher
from firsthandapi.download.item import CHUNK
from firsthandapi.download.lane import Lane

__all__ = ["calls", "storage"]

DAY = 86400.0


class Calendar(NoSleep):
    """A clock whose days pass when they are told to."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    def time(self) -> float:
        return time.time() + self.passed


class Service:
    """The API: it lists files in pages, and makes links that are good for seven days."""

    def __init__(self, storage: Storage, calls: Calls, count: int) -> None:
        self.storage = storage
        self.clock = calls.clock = Calendar()
        self.pages: list[str] = []
        """The cursor of each page that was asked for."""
        self.renewed: list[str] = []
        self.makes_links = True
        """Whether lists have new links each time."""
        self.sleeps_after: str | None = None
        """The page after which a week passes at once, as it does for a laptop whose lid is closed."""
        for number in range(count):
            storage.file(f"{number:04}", b"%d" % number)
            self._link(f"file_{number:04}")
        self.listed = respx.get(f"{API}/v1/jobs/job_1/files").mock(side_effect=self.list)
        respx.post(url__regex=rf"{API}/v1/files/(?P<id>\w+)/refresh_url").mock(side_effect=self.renew)

    def sleep(self) -> None:
        """A week passes."""
        self.clock.passed += 8 * DAY
        self.storage.good_signature = f"{self.clock.passed}"

    def _link(self, id: str) -> dict[str, Any]:
        expires = datetime.fromtimestamp(self.clock.time() + 7 * DAY, timezone.utc).isoformat()
        file = self.storage.files[id]
        file.update(download_url=self.storage.link(id[5:]), download_url_expires_at=expires)
        return file

    def list(self, request: httpx.Request) -> httpx.Response:
        cursor = request.url.params.get("cursor", "")
        self.pages.append(cursor)
        start, limit = int(cursor or 0), int(request.url.params["limit"])
        ids = list(self.storage.files)
        data = [self._link(id) if self.makes_links else self.storage.files[id] for id in ids[start : start + limit]]
        after = str(start + limit) if start + limit < len(ids) else None
        answer = httpx.Response(
            200, json={"object": "list", "data": data, "has_more": after is not None, "next_cursor": after}
        )
        if cursor == self.sleeps_after:
            self.sleeps_after = None
            self.sleep()
        return answer

    def renew(self, request: httpx.Request, id: str) -> httpx.Response:
        self.renewed.append(id)
        return httpx.Response(200, json=self._link(id))


@respx.mock
def test_a_plan_that_is_executed_late_is_listed_once_more(storage: Storage, calls: Calls) -> None:
    service = Service(storage, calls, 1000)
    plan = calls.into_out("plan_download")
    service.sleep()
    service.pages.clear()
    report = calls(plan=plan)
    assert len(report.fetched) == 1000
    assert service.pages == ["", *(str(start) for start in range(100, 1000, 100))]
    assert len(service.renewed) < 300, "those that waited before there were many, and the rest of a page"
    assert all(row.refreshed == 1 for row in report.files)


@respx.mock
def test_links_that_expire_under_a_run_are_renewed_from_the_pages_that_they_came_from(
    storage: Storage, calls: Calls
) -> None:
    service = Service(storage, calls, 900)
    service.sleeps_after = "700"
    report = calls.into_out()
    assert len(report.fetched) == 900
    assert verify(calls.folder).ok == 900
    assert [page for page in service.pages if int(page or 0) < 200] == ["", "100"], "not from the beginning of the list"
    assert len(service.pages) <= 9 + 12
    assert len(service.renewed) < 150


@respx.mock
def test_a_service_whose_lists_do_not_renew_links_is_asked_for_each(storage: Storage, calls: Calls) -> None:
    service = Service(storage, calls, 150)
    plan = calls.into_out("plan_download")
    service.sleep()
    service.makes_links = False
    service.pages.clear()
    assert len(calls(plan=plan).fetched) == 150
    assert 0 < len(service.pages) <= 10, "in vain"
    assert len(service.renewed) == 150


@respx.mock
def test_where_a_list_is_refused_single_links_are_not(storage: Storage, calls: Calls) -> None:
    service = Service(storage, calls, 100)
    plan = calls.into_out("plan_download")
    service.sleep()
    refused = {"error": {"type": "not_found", "message": "No such job", "request_id": "req_1"}}
    service.listed.mock(return_value=httpx.Response(404, json=refused))
    assert len(calls(plan=plan).fetched) == 100
    assert service.listed.call_count == 2, "once for the plan"
    assert len(service.renewed) == 100


@respx.mock
def test_a_storage_that_takes_no_link_is_given_up(storage: Storage, calls: Calls) -> None:
    service = Service(storage, calls, 60)
    plan = calls.into_out("plan_download")
    service.sleep()
    for name in storage.content:
        storage.faults[name] = ["403"] * 9
    report = calls(plan=plan, raise_on_failure=False)
    assert {row.error for row in report.failed} == {"storage answered 403, also with a new link"}
    assert all(2 <= row.refreshed <= 3 for row in report.failed), "one of them while it was queued"
    assert len(report.failed) == 60


@respx.mock
def test_a_few_links_are_renewed_one_by_one(storage: Storage, calls: Calls) -> None:
    service = Service(storage, calls, 40)
    folder = calls.into_out().output_dir
    service.pages.clear()
    for number in range(3):
        (folder / f"file_{number:04}.jpg").unlink()
    assert len(calls("repair", output_dir=folder).fetched) == 3
    assert (service.pages, len(service.renewed)) == ([], 3)


@respx.mock
@pytest.mark.parametrize("by", ["the lane", "threads", "threads that are late with their wishes"])
def test_a_thousand_links_that_fifty_ask_for_at_once_are_still_listed(
    storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """Each thread comes with a wish of its own, before anybody knows that there will be many."""
    monkeypatch.setattr(pace, "START", 50)
    if by != "the lane":
        monkeypatch.setattr(Lane, "suits", lambda item: False)
    if "late" in by:
        works, rng = Fetcher.fetch, random.Random(7)

        def dawdle(*arguments: Any) -> Any:
            result = works(*arguments)
            time.sleep(0.05 * rng.random() * (rng.random() < 0.1))
            return result

        monkeypatch.setattr(Fetcher, "fetch", dawdle)
    service = Service(storage, calls, 1000)
    plan = calls.into_out("plan_download")
    service.sleep()
    service.pages.clear()
    report = calls(plan=plan, concurrency=50)
    assert len(report.fetched) == 1000
    assert service.pages == ["", *(str(start) for start in range(100, 1000, 100))], "each page once"
    assert len(service.renewed) <= 50
    assert all(row.refreshed == 1 for row in report.files)


@respx.mock
def test_a_file_whose_new_links_are_good_for_one_piece_each_is_given_up(storage: Storage, calls: Calls) -> None:
    """A link that brought something was good; that does not renew it for ever."""
    service = Service(storage, calls, 1)
    name = "0000"
    storage.file(name, bytes(2 * CHUNK))
    service._link(f"file_{name}")
    storage.faults[name] = ["cut:1000", "403"] * 200
    (row,) = calls.into_out(raise_on_failure=False).failed
    assert len(service.renewed) == row.refreshed <= 5
    assert row.attempts <= 10
