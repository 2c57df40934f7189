"""Posting an event to a webhook: one exchange of bounded time and size. A redirect is a refusal, never followed.

The body of an answer is not even read; reasons name the host and never the path, which may be secret.
"""

from __future__ import annotations

import datetime as dt
import http.client
import ssl
import time
from contextlib import suppress

from pipelines.delivery.answer import Answer, deadline
from pipelines.delivery.event import CONTENT_TYPE, signed_headers
from pipelines.delivery.outlets import Webhook
from streamgauge.relay.backoff import read_retry_after

_TIMEOUT_SECONDS, _DEADLINE_SECONDS = 15.0, 30.0
_AGENT = "streamgauge"
# the moment, not the event: these may be other the next time
_MAY_PASS = frozenset({408, 425, 429})


def post(
    hook: Webhook, event_id: str, body: bytes, trust: ssl.SSLContext | None = None,
    timeout_seconds: float = _TIMEOUT_SECONDS, deadline_seconds: float = _DEADLINE_SECONDS,
) -> Answer:  # fmt: skip
    """One attempt, signed with the time it is made at. Delivered is what was answered with 2xx, and nothing else."""
    headers = {
        "Content-Type": CONTENT_TYPE, "User-Agent": _AGENT, "Connection": "close",
        **signed_headers(hook.keys, event_id, int(time.time()), body),
    }  # fmt: skip
    made = (
        http.client.HTTPSConnection(
            hook.host, hook.port, timeout=timeout_seconds, context=trust or ssl.create_default_context()
        )
        if hook.is_secure
        else http.client.HTTPConnection(hook.host, hook.port, timeout=timeout_seconds)
    )
    try:
        with deadline(deadline_seconds, lambda: made.sock) as was_cut:
            answer = _exchange(made, hook, body, headers)
        if was_cut.is_set():
            return Answer(False, f"no answer from {hook.host} within {deadline_seconds:g} seconds")
        return answer
    except ssl.SSLCertVerificationError:
        return Answer(False, f"{hook.host} has no certificate that can be trusted", is_final=True)
    except (OSError, http.client.HTTPException) as error:
        return Answer(False, f"no answer from {hook.host}, port {hook.port}: {type(error).__name__}")
    finally:
        made.close()


def _exchange(made: http.client.HTTPConnection, hook: Webhook, body: bytes, headers: dict[str, str]) -> Answer:
    # a server that refuses early closes while we still send: its answer is there to be read all the same
    with suppress(BrokenPipeError, ConnectionResetError):
        made.request("POST", hook.path, body, headers)
    response = made.getresponse()
    status = response.status
    if 200 <= status < 300:
        return Answer(is_delivered=True)
    words = http.client.responses.get(status, "")
    told = f"{hook.host} answered {status} {words}".rstrip()
    if 300 <= status < 400:
        return Answer(False, f"{told}; redirects are not followed, so set the address it stands at now", is_final=True)
    is_final = 400 <= status < 500 and status not in _MAY_PASS
    wait = read_retry_after(response.getheader("Retry-After"), dt.datetime.now(dt.UTC))
    return Answer(False, told, is_final, retry_after_seconds=wait)
