"""A hub's server elsewhere proves itself by its certificate; one that does not is told in words and gets nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import servers
import sqlalchemy
from builders import assert_proved
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ces_desktop import i18n
from ces_desktop.data import hub_database, vault
from ces_desktop.data.vault import CHEAPEST
from ces_desktop.domain.access import HUB_ROLES
from ces_desktop.errors import Unavailable
from ces_desktop.services import clinic, hub_server
from ces_desktop.services.clinic import NewClinic
from ces_desktop.ui import messages

if TYPE_CHECKING:
    from conftest import Folders

NAME, PHRASE = "hub.prueba.invalid", "nube azul sobre la milpa"
FROM, UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Authority:
    """Who signs servers' certificates."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @staticmethod
    def made() -> Authority:
        """A new one."""
        key = ec.generate_private_key(ec.SECP256R1())
        return Authority(key, signed(key, key, "Autoridad inventada", "Autoridad inventada", authority=True))

    def pem(self, path: Path) -> Path:
        """Its certificate in a file."""
        path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        return path

    def server(self) -> servers.Tls:
        """What a server of NAME proves itself with."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = signed(key, self.key, NAME, "Autoridad inventada", authority=False)
        form = serialization.PrivateFormat.PKCS8
        private = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
        return servers.Tls(made.public_bytes(serialization.Encoding.PEM), private)


def signed(
    key: ec.EllipticCurvePrivateKey, by: ec.EllipticCurvePrivateKey, subject: str, issuer: str, authority: bool
) -> x509.Certificate:
    """A certificate for a key."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FROM)
        .not_valid_after(UNTIL)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(subject)]), critical=False)
    return builder.sign(by, hashes.SHA256())


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.made()


@pytest.fixture(scope="module")
def server(authority: Authority) -> Iterator[servers.Server]:
    """A real server with a certificate for NAME, as far as the program sees at another place."""
    started = servers.wanted(authority.server())
    yield started
    started.stop()


def address(server: servers.Server, trusted: Path, name: str = NAME) -> str:
    where = f"hostaddr=127.0.0.1&sslrootcert={trusted}"
    return f"postgresql://{servers.SUPERUSER}@{name}:{server.tls_port}/{server.create()}?{where}"


def made(root: Path, url: str) -> None:
    new = NewClinic("HUB", "Red inventada", "Lic. Prueba", PHRASE, HUB_ROLES, kind="hub", server=url)
    folder, user, _ = clinic.create(root, new, cost=CHEAPEST)
    opened = clinic.open_clinic(folder, user, PHRASE)
    assert_proved(opened.database)
    opened.close()


def test_a_server_that_proves_itself_is_used_from_two_desks(
    clinic_folder: Folders, server: servers.Server, authority: Authority, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(vault, "calibrate", lambda *_: CHEAPEST)
    url = address(server, authority.pem(tmp_path / "ca.pem"))
    made(clinic_folder.data, url)
    folder, user = hub_server.connect(tmp_path / "desk", url, None, PHRASE)
    opened = clinic.open_clinic(folder, user, PHRASE)
    query = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    assert opened.database.read(lambda c: c.exec_driver_sql(query).scalar()) is True
    opened.close()


def test_another_authority_another_name_no_certificate_are_told_and_nothing_is_made(
    clinic_folder: Folders, server: servers.Server, authority: Authority, tmp_path: Path
) -> None:
    own, other = authority.pem(tmp_path / "ca.pem"), Authority.made().pem(tmp_path / "other.pem")
    wrong = [address(server, other), address(server, own, "red.prueba.invalid"), address(server, tmp_path / "none.pem")]
    for url in wrong:
        with pytest.raises(Unavailable) as failure:
            made(clinic_folder.data, url)
        assert failure.value.code == "hub.not_proved"
        with pytest.raises(Unavailable, match=r"hub\.not_proved"):
            hub_server.connect(tmp_path / "desk", url, None, PHRASE)
    assert not (clinic_folder.data / "HUB").exists() and not (tmp_path / "desk" / "HUB").exists()
    i18n.use("es")
    assert "no probó ser el de la supervisión" in messages.sentence(failure.value)


def test_a_server_that_went_away_is_no_server_that_did_not_prove_itself() -> None:
    for said in ("SSL connection has been closed", "SSL error: unexpected eof while reading", "Connection refused"):
        assert hub_database.unavailable_for(Exception(said)).code == "hub.unreachable"
    for said in ("server does not support SSL, but SSL was required", "SSL error: certificate verify failed"):
        assert hub_database.unavailable_for(Exception(said)).code == "hub.not_proved"


@pytest.mark.parametrize("more", ["hostaddr=203.0.113.5", "host=/tmp&hostaddr=203.0.113.5", "service=elsewhere"])
def test_where_it_goes_counts_not_what_it_is_called(more: str) -> None:
    for name in ("", "localhost"):
        checked = hub_database.checked_address(f"postgresql://someone@{name}/hub?{more}")
        assert checked.query["sslmode"] == "verify-full"


@pytest.mark.parametrize(
    ("name", "variable", "value", "local"),
    [
        ("", "PGHOST", "203.0.113.5", False),
        ("", "PGHOST", "/run/postgresql", True),
        ("", "PGHOST", "/run/postgresql,red.prueba.invalid", False),
        ("localhost", "PGHOST", "203.0.113.5", True),  # the address says where, and libpq goes there
        ("localhost", "PGHOSTADDR", "203.0.113.5", False),
        ("", "PGSERVICE", "elsewhere", False),
    ],
)
def test_what_the_environment_says_of_the_server_counts(
    name: str, variable: str, value: str, local: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in ("PGHOST", "PGHOSTADDR", "PGSERVICE"):
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv(variable, value)
    assert ("sslmode" not in hub_database.checked_address(f"postgresql://someone@{name}/hub").query) == local


def test_a_name_or_password_that_is_not_taken_is_told_as_such(
    clinic_folder: Folders, server: servers.Server, authority: Authority, tmp_path: Path
) -> None:
    """On a server that asks for one; right, it is used; wrong or none, nothing is made."""
    access = server.folder / "data" / "pg_hba.conf"
    access.write_text(f"host all asked 127.0.0.1/32 scram-sha-256\n{access.read_text()}")
    server.execute("CREATE ROLE asked LOGIN SUPERUSER PASSWORD 'inventada'")
    server.execute("SELECT pg_reload_conf()")
    url = address(server, authority.pem(tmp_path / "ca.pem"))
    asked = {word: url.replace(servers.SUPERUSER, f"asked{word}", 1) for word in ("", ":otra", ":inventada")}
    until = time.monotonic() + 30
    while _lets_in(asked[""]):
        assert time.monotonic() < until, "the server goes on with the old rules"
    unknown = url.replace(servers.SUPERUSER, "nadie", 1)
    for wrong in (asked[""], asked[":otra"], unknown):
        with pytest.raises(Unavailable) as failure:
            made(clinic_folder.data, wrong)
        assert failure.value.code == "hub.wrong_password"
        with pytest.raises(Unavailable, match=r"hub\.wrong_password"):
            hub_server.connect(tmp_path / "desk", wrong, None, PHRASE)
    assert not (clinic_folder.data / "HUB").exists()
    i18n.use("es")
    said = messages.sentence(failure.value)
    assert "no acepta este nombre o contraseña" in said and "inventada" not in said
    made(clinic_folder.data, asked[":inventada"])


def _lets_in(url: str) -> bool:
    engine = hub_database.engine(hub_database.checked_address(url), b"")
    try:
        engine.connect().close()
    except sqlalchemy.exc.OperationalError:
        return False
    finally:
        engine.dispose()
    return True
