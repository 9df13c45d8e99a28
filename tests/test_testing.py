"""The pytest fixtures that users get, in a pytest of their own."""

from __future__ import annotations

import pytest

pytest.importorskip("starlette", reason="the sandbox's extra is not installed")

pytest_plugins = ["pytester"]


def test_the_fixtures_give_a_client_of_a_sandbox(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_a_pipeline(firsthand_client, firsthand_sandbox, tmp_path):
            job = firsthand_client.jobs.create_and_wait(
                type="data_collection", description="A photo of a bus stop.", content_type="image",
                quantity=1, reward_per_file=50,
            )
            report = firsthand_client.files.download_all(job_id=job.id, output_dir=tmp_path)
            assert len(report.fetched) == 1
            assert len(firsthand_sandbox.calls("create_job")) == 1
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)
