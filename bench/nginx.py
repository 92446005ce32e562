"""nginx on a free port of this machine, with a configuration of its own: no other port, folder or log is touched."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CONFIGURATION = """
daemon off; worker_processes 1; pid {folder}/pid; error_log stderr crit;
events {{ worker_connections 64; }}
http {{
  access_log off; sendfile on; default_type application/octet-stream;
  client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
  uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
  server {{ listen 127.0.0.1:{port}; root {folder}; {locations} }}
}}
"""
LOCATION = "location /{name}/ {{ alias {folder}/files/; limit_rate {rate}; }}"


@contextmanager
def served(rates: Mapping[str, int]) -> Iterator[tuple[str, Path]]:
    """Serve one folder below each name, at so many bytes a second a connection (0: any); give address and folder."""
    nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if nginx is None:
        sys.exit("needs nginx: apt-get install nginx-light")
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        folder.chmod(0o755)  # its workers may be of another user
        (folder / "files").mkdir()
        locations = " ".join(LOCATION.format(name=each, folder=folder, rate=rate) for each, rate in rates.items())
        (folder / "conf").write_text(CONFIGURATION.format(folder=folder, port=port, locations=locations))
        server = subprocess.Popen([nginx, "-p", name, "-c", str(folder / "conf"), "-e", "stderr"])
        try:
            await_port(port)
            yield f"http://127.0.0.1:{port}", folder / "files"
        finally:
            server.terminate()
            server.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def await_port(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.02)
    sys.exit("nginx does not answer")
