"""A site that frames a page of streamgauge: it signs a token for each visit with a key of its own. See README.md."""

from __future__ import annotations

import json
import secrets
import string
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jwt

HERE = Path(__file__).parent
PORT = 8790


def address(key: dict[str, str], base: str, stream: str, view: str, period: str = "latest") -> str:
    """The address of one page for one visit, good for five minutes."""
    now = int(time.time())
    claims = {
        "aud": "streamgauge/embed", "view": view, "scope": stream, "period": period, "kind": "page",
        "jti": secrets.token_urlsafe(16), "iat": now, "exp": now + 300,
    }  # fmt: skip
    token = jwt.encode(claims, key["secret"], algorithm="HS256", headers={"kid": key["kid"]})
    return f"{base}/embed?token={token}"


def handler(key: dict[str, str], base: str, stream: str, view: str) -> type[BaseHTTPRequestHandler]:
    """Answers with the page and its script."""

    class Host(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/":
                page = string.Template((HERE / "page.html").read_text("utf-8"))
                self._send(
                    page.substitute(address=address(key, base, stream, view)).encode(), "text/html; charset=utf-8"
                )
            elif self.path == "/frame.js":
                self._send((HERE / "frame.js").read_bytes(), "text/javascript; charset=utf-8")
            else:
                self.send_error(404)

        def _send(self, content: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """An address holds a token, which belongs in no log."""

    return Host


def main(arguments: list[str]) -> None:
    """`host.py KEY.json [BASE [STREAM [VIEW]]]`: serve until Ctrl-C."""
    key = json.loads(Path(arguments[0]).read_text("utf-8"))
    base, stream, view = (*arguments[1:], *("http://127.0.0.1:8765", key["scopes"][0], "review")[len(arguments) - 1 :])
    print(f"http://127.0.0.1:{PORT}")
    ThreadingHTTPServer(("127.0.0.1", PORT), handler(key, base, stream, view)).serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
