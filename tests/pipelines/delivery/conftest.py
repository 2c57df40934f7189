"""A home with one published review, and certificates of an authority of our own."""

from __future__ import annotations

import datetime as dt
import ipaddress
import shutil
import ssl
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dashboards.publish import publish_review
from pipelines.settings import DeliverySettings, Settings
from tests.dashboards.builder import QUARTER, STREAM, Published, orders

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TOLD = DeliverySettings(site_url="https://gauge.example/", mail_from="gauge@example.org", webhook_secret=SECRET)

Publish = Callable[[str], None]


def _rows(variant: str) -> Published:
    """The plausible stream; the same after another run; or with another cost."""
    rows = orders()
    if variant == "other run":
        rows.stream["run_id"] = "another-run"
    if variant == "other cost":
        rows.value("cost_per_transaction", "unit_cost")["value"] = 11.9
    return rows


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Pages with the review of a variant of the stream, published once each; read only."""
    out, made = tmp_path_factory.mktemp("delivery"), set[str]()

    def pages(variant: str) -> Path:
        if variant not in made:
            publish_review(_rows(variant).write(out / "rows.duckdb"), out / variant, STREAM, QUARTER)
            made.add(variant)
        return out / variant

    return pages


@pytest.fixture
def home(tmp_path: Path, published: Callable[[str], Path]) -> Settings:
    """A home of one's own with that review, and nobody to tell yet."""
    settings = Settings(home=tmp_path / "home", delivery=TOLD)
    shutil.copytree(published("as it is"), settings.pages)
    return settings


@pytest.fixture
def publish(home: Settings, published: Callable[[str], Path]) -> Publish:
    """Put the review of another variant in place of the one that is there."""

    def again(variant: str) -> None:
        shutil.rmtree(home.pages)
        shutil.copytree(published(variant), home.pages)

    return again


def telling(home: Settings, **told: object) -> Settings:
    """The same home, with more told about delivery."""
    return replace(home, delivery=replace(home.delivery, **told))  # type: ignore[arg-type]  # names are checked by use


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server on 127.0.0.1 shows, and what a client must trust to believe it."""
    path, key = tmp_path_factory.mktemp("tls") / "server.pem", ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8
    private = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(path)
    return shown, ssl.create_default_context(cafile=path)
