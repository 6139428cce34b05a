"""The flow that anyone can run against the real provider's test mode, run against the sandbox."""

import os
import subprocess
import sys

from tests.sandbox import ROOT, World


def _run(**environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "local.try_provider"]
    env = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)


async def test_the_whole_flow_is_as_the_site_expects(world: World) -> None:
    done = _run(STRIPE_API_KEY=world.api_key, STRIPE_BASE_URL=world.url)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.endswith("all was as expected\n")
    assert done.stdout.count("ok ") >= 16
    assert "??" not in done.stdout
    truth = await world.control.truth()
    assert (truth["charges"], truth["refunded_pence"], truth["transferred_pence"], truth["reversed_pence"]) == (
        1,
        500,
        1_900,
        400,
    )


def test_live_keys_are_refused() -> None:
    for key in ("sk_live_abc", "rk_live_abc", "", "pk_test_abc"):
        done = _run(STRIPE_API_KEY=key)
        assert done.returncode == 2
        assert "test mode" in done.stderr
