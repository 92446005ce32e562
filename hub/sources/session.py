"""A session of requests as sources use it: whom it trusts, what it shows to whom, and where it lets itself be led.

Which redirects are followed stands in `redirects`, who is shown a token in `tokens`. Nothing that opens a door at one
host is shown to another: not a token, not a login of netrc or of the URL.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urljoin, urlsplit

# requests: proxies, netrc, CA bundles and redirects as people's environments already configure them.
import requests

from hub import settings, version
from hub.sources import redirects
from hub.sources.base import Connection, host_of, same_host, shown
from hub.sources.tokens import may_carry, token_for

# How a token begins that is no header but what stands behind every address of its host: `?sv=...&sig=...`.
SIGNATURE = "?"

# Browsers follow 20; what publishers of files need is 1 to 4.
MOST_REDIRECTS = 10


def signed(url: str, signature: str) -> str:
    """Return an address with a signature behind it, as one that is good for all below a folder is used.

    >>> signed("https://example.org/a", "?sig=1"), signed("https://example.org/a?b=2", "?sig=1")
    ('https://example.org/a?sig=1', 'https://example.org/a?b=2&sig=1')
    """
    address, _, fragment = url.partition("#")
    joined = address + ("&" + signature.removeprefix(SIGNATURE) if SIGNATURE in address else signature)
    return f"{joined}#{fragment}" if fragment else joined


class RedirectRefused(requests.RequestException):
    """A redirect leads where it should not."""


class Session(requests.Session):
    """A session that obeys a Connection, shows tokens to their hosts, and follows no redirect that is refused."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection
        self.max_redirects = MOST_REDIRECTS
        self.headers["User-Agent"] = f"hub/{version.__version__}"
        # A server that compresses on the fly would send other bytes than the published ones, without ranges.
        self.headers["Accept-Encoding"] = "identity"
        if connection.client_cert:
            self.cert = connection.client_cert

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        token = self._token(str(request.url))
        if token.startswith(SIGNATURE):
            request.url = signed(str(request.url), token)
        elif token and request.auth is None:
            request.auth = _Bearer(token)
        return super().prepare_request(request)

    def _token(self, url: str) -> str:
        if self._connection.token:
            return self._connection.token if may_carry(url) else ""
        has_login = "@" in urlsplit(url).netloc
        return "" if has_login else token_for(url, settings.current().tokens)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        target = super().get_redirect_target(resp)
        if target is not None and (reason := _refusal(resp.url, target, stays=self._connection.stays)):
            resp.close()  # requests would leave the connection open
            raise RedirectRefused(f"redirected {reason}")
        return target

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        """Drop what opened the door here before the next one; requests would also look into netrc for that."""
        if not redirects.same_origin(str(response.request.url), str(prepared_request.url)):
            prepared_request.headers.pop("Authorization", None)

    def merge_environment_settings(
        self,
        url: str | bytes | None,
        proxies: Any,  # noqa: ANN401  requests' own loose types
        stream: Any,  # noqa: ANN401
        verify: Any,  # noqa: ANN401
        cert: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """What the connection says comes before the environment, as with pip."""
        merged: Any = super().merge_environment_settings(url, proxies, stream, verify, cert)
        if self._connection.proxy:
            merged["proxies"] = {"http": self._connection.proxy, "https": self._connection.proxy}
        if self._connection.direct:
            merged["proxies"] = {}
        if merged["verify"] is True and (own := _certificates()):
            merged["verify"] = own
        if self._connection.cert:
            merged["verify"] = self._connection.cert
        if _trusted(str(url), self._connection.trusted_hosts):
            merged["verify"] = False
        return merged


def _refusal(url: str, target: str, *, stays: bool) -> str:
    """Return why a redirect is not followed, with where it leads; "" if it is."""
    try:
        absolute = urljoin(url, target)
        reason = redirects.refusal(url, absolute)
        if not reason and stays and not same_host(url, absolute):
            reason = "to another host"
    except ValueError:  # brackets or ports that are none
        return "to no address"
    return f"{reason}, {shown(absolute)}" if reason else ""


class _Bearer(requests.auth.AuthBase):
    """Shows a token to the host that is asked."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _certificates() -> str:
    """Return the file or folder that OpenSSL's own variables name, "" if none: requests reads only its own two."""
    named = (os.environ.get(name, "") for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"))
    return next((path for path in named if path and os.path.exists(path)), "")  # noqa: PTH110  it may be any text


def _trusted(url: str, hosts: tuple[str, ...]) -> bool:
    """A trusted host may be written with or without its port."""
    host = host_of(url)
    return host in hosts or host.partition(":")[0] in hosts
