"""A server that plays Google Drive: `/<mood>/download?id=<file id>`, with the pages that Drive is known to send."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

from server import Server, _Handler

UUID = "8f2c1d0e-3b7a-4c55-9d11-6a0b5e7f4321"
HTML = {"Content-Type": "text/html; charset=utf-8"}

WARNING = """<!DOCTYPE html><html><head><title>Google Drive - Virus scan warning</title></head><body>
<p class="uc-warning-caption">Google Drive can&#39;t scan this file for viruses.</p>
<form id="search" action="/search"><input type="hidden" name="uuid" value="of another form"></form>
<form id="download-form" action="{action}" method="get">
<input type="submit" id="uc-download-link" value="Download anyway"/>
<input type="hidden" name="id" value="{id}"><input type="hidden" name="export" value="download">
<input type="hidden" name="confirm" value="t"><input type="hidden" name="uuid" value="{uuid}">
</form></body></html>"""

COMPLAINT = """<!DOCTYPE html><html><head><title>Google Drive - {title}</title></head><body>
<p class="uc-error-caption">{caption}</p><p class="uc-error-subcaption">{subcaption}</p></body></html>"""

QUOTA = COMPLAINT.format(
    title="Quota exceeded",
    caption="Sorry, you can&#39;t view or download this file at this time.",
    subcaption="Too many users have viewed or downloaded this file recently.",
)
FORBIDDEN = COMPLAINT.format(
    title="Can&#39;t download file",
    caption="Sorry, you can&#39;t download this file.",
    subcaption="The owner has disabled downloading.",
)
GONE = "<!DOCTYPE html><html><head><title>Error 404 (Not Found)!!1</title></head><body><p>Not found.</p></body></html>"
SIGN_IN = "<!DOCTYPE html><html><head><title>Sign in - Google Accounts</title></head><body></body></html>"


@dataclass
class Drive(Server):
    """The server as tests see it; file ids are the names in `files`."""

    def answers(self) -> type[_Handler]:
        return _DriveHandler

    def address(self, mood: str) -> str:
        """Return the address of a Drive in this mood."""
        return f"http://{self.host}/{mood}"


class _DriveHandler(_Handler):
    def _free(self, name: str) -> None:
        """Gives the file at once."""
        self._attachment(name)

    def _asks(self, name: str) -> None:
        """Asks for confirmation, whatever the first request says."""
        self._warn(name, action="/asks/download")

    def _asks_with_cookie(self, name: str) -> None:
        """Asks for confirmation, and takes it only with the cookie of the page."""
        if SimpleCookie(self.headers.get("Cookie", "")).get("warned"):
            self._warn(name, action="/asks-with-cookie/download")
        else:
            self._page(WARNING.format(action="/asks-with-cookie/download", id=self._id(), uuid=UUID), cookie="warned=1")

    def _asks_for_ever(self, _: str) -> None:
        self._page(WARNING.format(action="/asks-for-ever/download", id=self._id(), uuid=UUID))

    def _asks_elsewhere(self, _: str) -> None:
        """The form leads to another host."""
        self._page(WARNING.format(action="https://drive.google.com.example.org/download", id=self._id(), uuid=UUID))

    def _asks_for_another(self, _: str) -> None:
        """The form is about another file."""
        self._page(WARNING.format(action="/free/download", id="another", uuid=UUID))

    def _over_quota(self, _: str) -> None:
        self._page(QUOTA)

    def _over_quota_403(self, _: str) -> None:
        self._page(QUOTA, status=403)

    def _asks_over_quota(self, name: str) -> None:
        """Asks for confirmation, and then says that the quota is used up."""
        if "uuid" in self._query():
            self._over_quota(name)
        else:
            self._page(WARNING.format(action="/asks-over-quota/download", id=self._id(), uuid=UUID))

    def _over_quota_for_the_first(self, name: str) -> None:
        """Only the file that is asked for first has been asked for too often."""
        first = next(iter(self.shared.files))
        self._over_quota(name) if self._id() == first else self._free(name)

    def _cut_then_over_quota(self, name: str) -> None:
        """Breaks off in the middle; who comes back is told of the quota."""
        if self.shared.first_time(self.path):
            data = self.shared.files[self._id()]
            self._head(200, len(data), {"Content-Type": "application/octet-stream", "ETag": self._etag(self._id())})
            self._cut(data[: len(data) // 2])
        else:
            self._over_quota(name)

    def _forbidden(self, _: str) -> None:
        self._page(FORBIDDEN)

    def _gone(self, _: str) -> None:
        self._page(GONE, status=404)

    def _sign_in(self, _: str) -> None:
        self._send(302, b"", {"Location": "/account/ServiceLogin"})

    def _account(self, _: str) -> None:
        self._page(SIGN_IN)

    def _busy(self, _: str) -> None:
        """What comes when one address asks too fast."""
        self._page("<html><head><title>Sorry...</title></head></html>", status=429)

    def _web_page(self, name: str) -> None:
        """The file itself is a page."""
        self._send(200, self.shared.files[self._id()], HTML | {"Content-Disposition": f'attachment; filename="{name}"'})

    # --- parts --------------------------------------------------------------------------------------------------

    def _warn(self, name: str, *, action: str) -> None:
        if self._query().get("uuid") == UUID:
            self._attachment(name)
        else:
            self._page(WARNING.format(action=action, id=self._id(), uuid=UUID))

    def _attachment(self, _: str) -> None:
        self._serve(self.shared.files[self._id()], etag=self._etag(self._id()))

    def _page(self, text: str, *, status: int = 200, cookie: str = "") -> None:
        self._send(status, text.encode(), HTML | ({"Set-Cookie": cookie} if cookie else {}))

    def _query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}

    def _id(self) -> str:
        return self._query()["id"]
