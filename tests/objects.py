"""Object stores on the loopback interface: a real S3 server, and as much of Google Storage as hub talks to."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from typing import Self

KEYS = {"aws_access_key_id": "me", "aws_secret_access_key": "secret", "region_name": "us-east-1"}


class S3:
    """A server that speaks S3's protocol, with one bucket, `data`."""

    def __enter__(self) -> Self:
        from moto.server import ThreadedMotoServer

        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._server.start()
        host, port = self._server.get_host_and_port()
        self.endpoint = f"http://{host}:{port}"
        self.client.create_bucket(Bucket="data")
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self._server.stop()

    @property
    def client(self) -> Any:
        """What writes objects."""
        if not hasattr(self, "_client"):
            import boto3

            self._client = boto3.client("s3", endpoint_url=self.endpoint, **KEYS)  # type: ignore[call-overload]
        return self._client

    def put(self, key: str, data: bytes) -> None:
        self.client.put_object(Bucket="data", Key=key, Body=data)


class GoogleStorage:
    """Objects by their names in the bucket `data`, each with a generation that every write raises."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[int, bytes]] = {}
        self.tokens: list[str | None] = []

    def __enter__(self) -> Self:
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Objects,), {"shared": self}))
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def put(self, key: str, data: bytes) -> None:
        self.objects[key] = (self.objects.get(key, (0, b""))[0] + 1, data)


class _Objects(BaseHTTPRequestHandler):
    """The JSON API: an object's metadata, and with alt=media its bytes (https://cloud.google.com/storage/docs/json_api)."""

    shared: GoogleStorage
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.shared.tokens.append(self.headers.get("Authorization"))
        address = urlsplit(self.path)
        key = unquote(address.path.rpartition("/o/")[2])
        if "/o/" not in address.path or key not in self.shared.objects:
            self._send(404, b'{"error": {"code": 404}}', {})
        elif "alt=media" in address.query:
            self._media(self.shared.objects[key][1])
        else:
            self._send(200, json.dumps(self._metadata(key)).encode(), {"Content-Type": "application/json"})

    def _metadata(self, key: str) -> dict[str, object]:
        generation, data = self.shared.objects[key]
        return {"name": key, "bucket": "data", "size": str(len(data)), "generation": str(generation), "etag": "x"}

    def _media(self, data: bytes) -> None:
        first, _, last = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")
        begin, end = int(first), int(last) + 1 if last else len(data)
        span = {"Content-Range": f"bytes {begin}-{min(end, len(data)) - 1}/{len(data)}"}
        self._send(206, data[begin:end], span)

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
