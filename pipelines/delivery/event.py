"""A published review as a CloudEvents 1.0 event, and its signature as Standard Webhooks 1.0.0 asks for it.

The signature is HMAC-SHA256 over `id.timestamp.body`, once for each key, so that a key can be replaced without a gap.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Sequence

from dashboards.manifest import Manifest

PUBLISHED = "io.streamgauge.review.published.v1"
UPDATED = "io.streamgauge.review.updated.v1"
CONTENT_TYPE = "application/cloudevents+json"


def event_of(
    bundle: Manifest, site: str, link: str, manifest_sha256: str, event_id: str, at: dt.datetime, *, is_update: bool
) -> bytes:
    """The body that is posted. `at` is an instant in UTC: when we first meant to tell. Same arguments, same bytes."""
    told = {
        "specversion": "1.0", "id": event_id, "source": f"{site}/{bundle.stream}",
        "type": UPDATED if is_update else PUBLISHED, "subject": f"{bundle.stream}/{bundle.period}",
        "time": f"{at:%Y-%m-%dT%H:%M:%S}Z", "datacontenttype": "application/json",
        "data": {
            "stream": bundle.stream, "name": bundle.name, "period": bundle.period,
            "period_words": bundle.period_words, "language": bundle.language, "sentence": bundle.sentence,
            "results": [
                {"label": each.label, "value": each.value or None, "sign": each.sign, "verdict": each.word,
                 "is_sure": each.is_sure}
                for each in bundle.results
            ],
            "freshness": bundle.freshness, "is_reliable": bundle.is_reliable, "link": link,
            "manifest_sha256": manifest_sha256,
        },
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def signed_headers(keys: Sequence[bytes], event_id: str, at_seconds: int, body: bytes) -> dict[str, str]:
    """The three headers of an attempt at `at_seconds` (Unix time): who it is, when it was sent, and that it is ours."""
    content = f"{event_id}.{at_seconds}.".encode() + body
    told = [base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode() for key in keys]
    return {
        "webhook-id": event_id, "webhook-timestamp": str(at_seconds),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in told),
    }  # fmt: skip
