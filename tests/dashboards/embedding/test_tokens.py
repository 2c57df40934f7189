"""Tokens: every way in which one can be wrong is refused, on every file, for its own reason."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dashboards.embedding.grant import AUDIENCE, LONGEST_LIFE, mint, read_grant
from dashboards.embedding.keys import Key, new_key, read_keys, revoke_token, set_state, write_keys
from dashboards.embedding.refusal import Reason, RefusedTokenError
from tests.dashboards.builder import QUARTER, STREAM
from tests.dashboards.embedding.conftest import HOST, NOW, Site

FILES = {"page": "/embed", "file": "/embed/values"}


def claims(**other: Any) -> dict[str, Any]:
    """Good claims, but for what is told otherwise; None leaves one out."""
    good = {
        "aud": AUDIENCE, "view": "review", "scope": STREAM, "period": QUARTER, "kind": "page", "jti": "one",
        "iat": int(NOW), "exp": int(NOW) + 300,
    }  # fmt: skip
    return {name: value for name, value in (good | other).items() if value is not None}


def signed(
    site: Site, told: dict[str, Any], *, algorithm: str = "HS256", secret: str | None = None, **head: Any
) -> str:
    """Claims signed with the site's key, but for what is told otherwise."""
    headers = {name: value for name, value in ({"kid": site.key.kid} | head).items() if value is not None}
    return jwt.encode(told, secret or site.key.secret, algorithm=algorithm, headers=headers)


def unsigned(site: Site, told: dict[str, Any]) -> str:
    """The classic attack: the algorithm `none` and no signature."""
    parts = ({"alg": "none", "typ": "JWT", "kid": site.key.kid}, told)
    return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts) + "."


def tampered(site: Site, told: dict[str, Any]) -> str:
    """A good signature over other claims than those sent."""
    head, _, signature = signed(site, told).split(".")
    other = base64.urlsafe_b64encode(json.dumps(told | {"scope": "claims"}).encode()).rstrip(b"=").decode()
    return f"{head}.{other}.{signature}"


def of_revoked_key(site: Site, told: dict[str, Any]) -> str:
    """A good token of a key that was revoked since."""
    made = signed(site, told)
    set_state(site.keys, site.key.kid, "revoked")
    return made


def revoked_itself(site: Site, told: dict[str, Any]) -> str:
    """A good token that was revoked by its own id."""
    revoke_token(site.keys, told["jti"])
    return signed(site, told)


Make = Callable[[Site, dict[str, Any]], str]
PLAIN: Make = signed
CASES: dict[str, tuple[Reason, dict[str, Any], Make]] = {
    "expired": (Reason.EXPIRED, {"iat": int(NOW) - 301, "exp": int(NOW) - 1}, PLAIN),
    "expires this second": (Reason.EXPIRED, {"iat": int(NOW) - 300, "exp": int(NOW)}, PLAIN),
    "lives 24 hours": (Reason.LIFE_TOO_LONG, {"exp": int(NOW) + 86_400}, PLAIN),
    "lives a second too long": (Reason.LIFE_TOO_LONG, {"exp": int(NOW) + LONGEST_LIFE + 1}, PLAIN),
    "ends before it begins": (Reason.LIFE_TOO_LONG, {"exp": int(NOW) - 10}, PLAIN),
    "issued in the future": (Reason.NOT_YET, {"iat": int(NOW) + 60}, PLAIN),
    "not before the future": (Reason.NOT_YET, {"nbf": int(NOW) + 60}, PLAIN),
    "times are texts": (Reason.CLAIMS, {"exp": "later"}, PLAIN),
    "no expiry": (Reason.CLAIMS, {"exp": None}, PLAIN),
    "no time of issue": (Reason.CLAIMS, {"iat": None}, PLAIN),
    "wrong audience": (Reason.AUDIENCE, {"aud": "somebody/else"}, PLAIN),
    "no audience": (Reason.AUDIENCE, {"aud": None}, PLAIN),
    "no id": (Reason.CLAIMS, {"jti": None}, PLAIN),
    "empty id": (Reason.CLAIMS, {"jti": ""}, PLAIN),
    "no view": (Reason.CLAIMS, {"view": None}, PLAIN),
    "view is a list": (Reason.CLAIMS, {"view": ["review", "definitions"]}, PLAIN),
    "claims too many": (Reason.CLAIMS, {"admin": True}, PLAIN),
    "of another kind": (Reason.CLAIMS, {"kind": "api"}, PLAIN),
    "a scope the key may not open": (Reason.SCOPE, {"scope": "claims"}, PLAIN),
    "every scope": (Reason.SCOPE, {"scope": "*"}, PLAIN),
    "a view that is not published": (Reason.NOT_PUBLISHED, {"view": "nothing"}, PLAIN),
    "a view that is a path": (Reason.NOT_PUBLISHED, {"view": "../../claims/2026-Q3/review"}, PLAIN),
    "a period that is not published": (Reason.NOT_PUBLISHED, {"period": "1999-Q1"}, PLAIN),
    "a period that is a path": (Reason.NOT_PUBLISHED, {"period": "../../claims/2026-Q3"}, PLAIN),
    "another secret": (Reason.SIGNATURE, {}, lambda s, c: signed(s, c, secret="x" * 64)),
    "an unknown key": (Reason.UNKNOWN_KEY, {}, lambda s, c: signed(s, c, kid="k000000000000")),
    "no key named": (Reason.UNKNOWN_KEY, {}, lambda s, c: signed(s, c, kid=None)),
    "algorithm none": (Reason.ALGORITHM, {}, unsigned),
    "algorithm HS512": (Reason.ALGORITHM, {}, lambda s, c: signed(s, c, algorithm="HS512")),
    "algorithm HS384": (Reason.ALGORITHM, {}, lambda s, c: signed(s, c, algorithm="HS384")),
    "tampered": (Reason.SIGNATURE, {}, tampered),
    "of a revoked key": (Reason.REVOKED_KEY, {}, of_revoked_key),
    "revoked itself": (Reason.REVOKED, {}, revoked_itself),
    "no token at all, but a word": (Reason.MALFORMED, {}, lambda s, c: "word"),
    "three dots": (Reason.MALFORMED, {}, lambda s, c: "..."),
    "very long": (Reason.MALFORMED, {}, lambda s, c: "e" * 5_000),
}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("name", CASES)
def test_a_wrong_token_is_refused(site: Site, name: str, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    """It opens no file, whichever is asked for; the log says why, and never the token."""
    reason, other, make = CASES[name]
    token = make(site, claims(**({"kind": kind} | other)))
    with caplog.at_level(logging.INFO):
        answer = site.client.get(FILES[kind], params={"token": token})
    assert answer.status_code in (401, 403, 404)
    assert "canary" not in answer.text
    logged = [record.getMessage() for record in caplog.records if record.name.startswith("dashboards")]
    assert logged == [f"embedding refused: {reason.value}"]
    assert site.key.secret not in answer.text


@pytest.mark.parametrize("kind", FILES)
def test_a_good_token_opens_its_page_once(site: Site, kind: str) -> None:
    """The first use shows what was published, the second is refused."""
    token = signed(site, claims(kind=kind))
    first, second = (site.client.get(FILES[kind], params={"token": token}) for _ in range(2))
    assert first.status_code == 200
    assert "canary-of-orders" in first.text or kind == "file"
    assert second.status_code == 403
    assert "has been used" in second.text


def test_a_refusal_speaks_the_language_of_the_browser(site: Site) -> None:
    """No page is opened whose language the sentence could have."""
    told = site.client.get("/embed", headers={"Accept-Language": "de-AT, en;q=0.5"}).text
    assert '<html lang="de">' in told
    assert "Dieser Link öffnet hier nichts." in told
    assert "This link does not open anything here." in site.client.get("/embed").text


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("token={token}&period=2026-Q2", {}, 400),
        ("token={token}&view=definitions", {}, 400),
        ("token={token}&x=", {}, 400),
        ("token={token}&token={token}", {}, 400),
        ("token={token}", {"Authorization": "Bearer {token}"}, 400),
        ("", {}, 401),
        ("token=", {}, 401),
    ],
)
@pytest.mark.parametrize("path", FILES.values())
def test_an_address_that_says_more_is_refused(
    site: Site, path: str, query: str, headers: dict[str, str], status: int
) -> None:
    """Unknown keys, two tokens, and none at all are refused before anything is looked up, and use no token up."""
    token = site.token(kind="file" if path.endswith("values") else "page")
    told = {name: value.format(token=token) for name, value in headers.items()}
    assert site.client.get(f"{path}?{query.format(token=token)}", headers=told).status_code == status
    assert site.client.get(path, params={"token": token}).status_code == 200


def test_a_page_token_opens_no_file_and_the_other_way_round(site: Site) -> None:
    """A token is for one kind of thing."""
    assert site.client.get("/embed", params={"token": site.token(kind="file")}).status_code == 403
    assert site.client.get("/embed/values", params={"token": site.token(kind="page")}).status_code == 403


def test_the_link_in_a_page_opens_its_own_list_of_values_until_it_expires(site: Site) -> None:
    """The link to the list of values is signed when the page is served; it ends with its life."""
    page = site.client.get("/embed", params={"token": site.token()}).text
    link = next(part.split('"')[0] for part in page.split('href="') if part.startswith("embed/values"))
    site.now = NOW + LONGEST_LIFE
    assert site.client.get("/" + link).status_code == 403
    site.now = NOW + LONGEST_LIFE - 1
    answer = site.client.get("/" + link)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="orders-review.csv"'


def test_two_keys_live_side_by_side_while_one_is_replaced(site: Site) -> None:
    """A new key signs at once; the older one of the same scope is still accepted, and signs no more."""
    older = site.token()
    fresh = new_key(site.keys, (STREAM,), (HOST,))
    assert read_keys(site.keys).keys[site.key.kid].state == "retiring"
    newer = mint(fresh, "review", STREAM, QUARTER, now=NOW)
    assert [site.client.get("/embed", params={"token": t}).status_code for t in (older, newer)] == [200, 200]
    with pytest.raises(RefusedTokenError):
        mint(read_keys(site.keys).keys[site.key.kid], "review", STREAM, QUARTER, now=NOW)


def test_a_public_key_is_enough_to_read(site: Site) -> None:
    """With EdDSA the host keeps the private key; this side accepts what it signed, and cannot sign itself."""
    private = Ed25519PrivateKey.generate()
    pem = (
        private.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
    known = read_keys(site.keys)
    theirs = Key("theirs", "EdDSA", pem, (STREAM,), (HOST,))
    write_keys(site.keys, type(known)({**known.keys, "theirs": theirs}))
    token = jwt.encode(claims(), private, algorithm="EdDSA", headers={"kid": "theirs"})
    assert site.client.get("/embed", params={"token": token}).status_code == 200
    with pytest.raises(RefusedTokenError):
        mint(theirs, "review", STREAM, QUARTER, now=NOW)
    # The public key is public: whoever signs with it as if it were a secret is refused.
    head = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": "theirs"}).encode()).rstrip(b"=").decode()
    body = base64.urlsafe_b64encode(json.dumps(claims(jti="two")).encode()).rstrip(b"=").decode()
    confused = f"{head}.{body}.{base64.urlsafe_b64encode(b'x' * 32).rstrip(b'=').decode()}"
    with pytest.raises(RefusedTokenError) as refused:
        read_grant(confused, read_keys(site.keys), now=NOW)
    assert refused.value.reason is Reason.ALGORITHM


def test_no_byte_of_another_scope_is_shown(site: Site) -> None:
    """A key of one stream opens nothing of the other, and no page of it holds the other's canary."""
    for view in ("review", "definitions", "data-quality"):
        page = site.client.get("/embed", params={"token": site.token(view)})
        assert page.status_code == 200
        assert "canary-of-claims" not in page.text
    for kind, path in FILES.items():
        token = signed(site, claims(scope="claims", kind=kind, jti=kind))
        assert site.client.get(path, params={"token": token}).status_code == 403


def test_latest_is_the_newest_quarter(site: Site) -> None:
    """A token may ask for the newest published quarter without knowing its name."""
    answer = site.client.get("/embed", params={"token": site.token(period="latest")})
    assert "2026-Q3" in answer.text
