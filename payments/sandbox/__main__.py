"""`python -m payments.sandbox --port N --state FILE`"""

import argparse
import os
import sys
from pathlib import Path

from payments.sandbox.delivery import LOOPBACK
from payments.sandbox.store import StateInUse

MODE = "CROWDFUND_KENT_MODE"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m payments.sandbox", description="A stand-in for Stripe.")
    parser.add_argument("--port", type=int, required=True, help="port to listen on")
    parser.add_argument("--state", type=Path, required=True, help="file that keeps everything")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address (default 127.0.0.1)")
    given = parser.parse_args(arguments)
    if os.environ.get(MODE, "").strip().lower() == "production":
        return _refuse(f"the payment sandbox never runs in production ({MODE} is set to production)")
    if given.host not in LOOPBACK:
        return _refuse(f"the payment sandbox listens on loopback only, not on {given.host}")
    from payments.sandbox.server import create_server

    try:
        server = create_server(given.state, given.host, given.port)
    except StateInUse as error:
        return _refuse(str(error))
    server.run()
    return 0


def _refuse(why: str) -> int:
    sys.stderr.write(f"payment sandbox: {why}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
