"""An object store on the loopback interface: a real server of S3's protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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

            self._client = boto3.client("s3", endpoint_url=self.endpoint, **KEYS)
        return self._client

    def put(self, key: str, data: bytes) -> None:
        self.client.put_object(Bucket="data", Key=key, Body=data)
