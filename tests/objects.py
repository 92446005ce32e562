"""An object store on the loopback interface: a real server of S3's protocol."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Self

    import pytest

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

            self._client = boto3.client("s3", endpoint_url=self.endpoint, **KEYS)
        return self._client

    def put(self, key: str, data: bytes) -> None:
        self.client.put_object(Bucket="data", Key=key, Body=data)

    def get(self, key: str) -> bytes:
        data: bytes = self.client.get_object(Bucket="data", Key=key)["Body"].read()
        return data

    def names(self) -> list[str]:
        """The names of all objects, sorted."""
        return sorted(each["Key"] for each in self.client.list_objects_v2(Bucket="data").get("Contents", ()))


@contextmanager
def as_user(endpoint: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
    """Be somebody whom the server knows, with none of this machine's own settings."""
    from s3fs import S3FileSystem

    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "me")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    S3FileSystem.clear_instance_cache()
    yield
    S3FileSystem.clear_instance_cache()
