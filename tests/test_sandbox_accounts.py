"""API keys: shown once, masked, rotated, revoked, of two environments."""

from __future__ import annotations

from typing import Optional

import httpx
import pytest
from sandbox_support import api, client_of, error_of, get, post_job, quick_media, running, sandbox

from firsthandapi.sandbox import Sandbox

__all__ = ["api", "quick_media", "running", "sandbox"]


def works(sandbox: Sandbox, secret: str) -> bool:
    with client_of(sandbox, secret) as client:
        answer = client.get("/v1/jobs")
    if answer.status_code != 200:
        assert error_of(answer, 401)["type"] == "authentication_error"
    return answer.status_code == 200


def test_a_key_is_shown_once(sandbox: Sandbox, api: httpx.Client) -> None:
    made = api.post("/v1/api_keys", json={"name": "ci", "environment": "live"}).json()
    assert made["secret"].startswith("fh_live_")
    assert len(made["scopes"]) == 9
    listed = get(api, "/v1/api_keys")["data"]
    assert [key["name"] for key in listed] == ["ci", "Sandbox"]
    assert "secret" not in listed[0]
    assert made["secret"] not in str(listed)
    assert listed[0]["masked_key"] == made["secret"][:8] + "..." + made["secret"][-4:]
    assert listed[0]["last_used_at"] is None
    assert listed[1]["last_used_at"] is not None
    assert works(sandbox, made["secret"])


@pytest.mark.parametrize(("asked", "given"), [("test", "test"), ("live", "live"), (None, "live")])
def test_the_environment_shows_in_the_key_and_changes_nothing_else(
    sandbox: Sandbox, api: httpx.Client, asked: Optional[str], given: str
) -> None:
    body = {"name": "ci"} if asked is None else {"name": "ci", "environment": asked}
    made = api.post("/v1/api_keys", json=body).json()
    assert made["environment"] == given
    assert made["secret"].startswith(f"fh_{given}_")
    job = post_job(api)
    with client_of(sandbox, made["secret"]) as other:
        assert get(other, "/v1/jobs")["data"] == [job]
        post_job(other)
        assert get(other, "/v1/billing/credits") == get(api, "/v1/billing/credits")
        rotated = other.post(f"/v1/api_keys/{made['id']}/rotate").json()
    assert rotated["secret"].startswith(f"fh_{given}_")


def test_a_rotated_key_keeps_its_old_secret_for_a_day(sandbox: Sandbox, api: httpx.Client) -> None:
    made = api.post("/v1/api_keys", json={"name": "ci"}).json()
    rotated = api.post(f"/v1/api_keys/{made['id']}/rotate").json()
    assert rotated["previous_secret_expires_at"] is not None
    sandbox.clock.advance(24 * 3600 - 1)
    assert works(sandbox, made["secret"])
    assert works(sandbox, rotated["secret"])
    again = api.post(f"/v1/api_keys/{made['id']}/rotate").json()
    sandbox.clock.advance(1)
    assert not works(sandbox, made["secret"]), "a second rotation does not lengthen the life of the first secret"
    assert works(sandbox, rotated["secret"])
    sandbox.clock.advance(24 * 3600)
    assert not works(sandbox, rotated["secret"])
    assert works(sandbox, again["secret"])
    assert get(api, "/v1/api_keys")["data"][0]["previous_secret_expires_at"] is None


def test_a_revoked_key_ends_at_once(sandbox: Sandbox, api: httpx.Client) -> None:
    made = api.post("/v1/api_keys", json={"name": "ci"}).json()
    revoked = api.post(f"/v1/api_keys/{made['id']}/revoke", headers={"Idempotency-Key": "r"})
    assert (revoked.status_code, revoked.content) == (204, b"")
    again = api.post(f"/v1/api_keys/{made['id']}/revoke", headers={"Idempotency-Key": "r"})
    assert (again.status_code, again.headers["idempotent-replayed"]) == (204, "true")
    assert not works(sandbox, made["secret"])
    assert error_of(api.post(f"/v1/api_keys/{made['id']}/revoke"), 409)["type"] == "conflict"
    assert get(api, "/v1/api_keys")["data"][0]["revoked_at"] is not None
