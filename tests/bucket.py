"""A bucket for tests, on loopback: the few requests of S3 that storage makes, each with its signature checked.

Signature version 4 as AWS documents it: whoever has not the secret key gets 403, and a body that was changed too.
"""

import hashlib
import hmac
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, unquote, urlsplit

ACCESS_KEY, SECRET_KEY, REGION, NAME = "AKTEST", "a secret of the bucket", "eu-west-2", "kent"


class Bucket(ThreadingHTTPServer):
    """`files`: key -> (content, when it was saved). A test may change both."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        self.files: dict[str, tuple[bytes, datetime]] = {}
        self.url = f"http://127.0.0.1:{self.server_port}"

    @property
    def environment(self) -> dict[str, str]:
        """What an operator sets to reach it."""
        return {
            "CROWDFUND_KENT_STORAGE_URL": f"s3://{NAME}/site/files",
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": REGION,
            "AWS_ENDPOINT": self.url,
            "AWS_ALLOW_HTTP": "true",
        }


@contextmanager
def running() -> Iterator[Bucket]:
    """A bucket with nothing in it."""
    with Bucket() as bucket:
        thread = threading.Thread(target=bucket.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield bucket
        bucket.shutdown()
        thread.join()


class _Requests(BaseHTTPRequestHandler):
    server: Bucket
    protocol_version = "HTTP/1.1"

    def _take(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        place, query = urlsplit(self.path).path, dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        if not self._is_signed(place, query, body):
            self._answer(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
            return
        name, _, key = unquote(place).lstrip("/").partition("/")
        if name != NAME:
            self._answer(404, b"<Error><Code>NoSuchBucket</Code></Error>")
        elif query.get("list-type") == "2":
            self._answer(200, self._listed(query.get("prefix", "")))
        elif self.command == "PUT":
            self.server.files[key] = (body, datetime.now(UTC))
            self._answer(200, b"", {"ETag": '"1"'})
        elif self.command == "POST" and "delete" in query:
            named = re.findall(r"<Key>([^<]*)</Key>", body.decode())
            for one in named:
                self.server.files.pop(one, None)
            gone = "".join(f"<Deleted><Key>{one}</Key></Deleted>" for one in named)
            self._answer(200, f"<DeleteResult>{gone}</DeleteResult>".encode())
        elif key in self.server.files:
            content, saved_at = self.server.files[key]
            self._answer(200, content, {"ETag": '"1"', "Last-Modified": format_datetime(saved_at, usegmt=True)})
        else:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    do_GET = do_PUT = do_POST = _take

    def _listed(self, prefix: str) -> bytes:
        found = "".join(
            f"<Contents><Key>{key}</Key><LastModified>{saved_at:%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
            f"<Size>{len(content)}</Size></Contents>"
            for key, (content, saved_at) in sorted(self.server.files.items())
            if key.startswith(prefix)
        )
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>".encode()

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _is_signed(self, place: str, query: dict[str, str], body: bytes) -> bool:
        scheme, _, rest = self.headers.get("authorization", "").partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
        names = parts.get("SignedHeaders", "").split(";")
        day = self.headers.get("x-amz-date", "")[:8]
        scope = f"{day}/{REGION}/s3/aws4_request"
        digest = self.headers.get("x-amz-content-sha256", "")
        request = "\n".join(
            (
                self.command,
                place,
                "&".join(f"{quote(name, safe='-_.~')}={quote(query[name], safe='-_.~')}" for name in sorted(query)),
                "".join(f"{name}:{(self.headers.get(name) or '').strip()}\n" for name in names),
                ";".join(names),
                digest,
            )
        )
        text = "\n".join((scheme, self.headers["x-amz-date"], scope, hashlib.sha256(request.encode()).hexdigest()))
        key = f"AWS4{SECRET_KEY}".encode()
        for part in (*scope.split("/"), text):
            key = hmac.digest(key, part.encode(), "sha256")
        return (
            scheme == "AWS4-HMAC-SHA256"
            and parts.get("Credential") == f"{ACCESS_KEY}/{scope}"
            and digest == hashlib.sha256(body).hexdigest()
            and hmac.compare_digest(parts.get("Signature", ""), key.hex())
        )

    def log_message(self, format: str, *args: object) -> None:
        """A test's output is its own."""
