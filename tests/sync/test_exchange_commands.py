"""Exchange without a window: `hub init`, `hub invite`, `import`, `export`, `hub import`, `hub lost`, `hub certify`."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from builders import register

from ces_desktop import app, i18n, settings
from ces_desktop.data import vault
from ces_desktop.data.folder import ClinicFolder
from ces_desktop.data.vault import CHEAPEST
from ces_desktop.domain.access import CLINIC_ROLES, Role
from ces_desktop.domain.ids import Id
from ces_desktop.services import clinic
from ces_desktop.services.clinic import NewClinic
from ces_desktop.sync import outbox, stick

if TYPE_CHECKING:
    from conftest import Folders

PHRASE = "nube azul sobre la milpa"
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(clinic_folder: Folders, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command at an installation; its exit code and all it said, in English."""
    i18n.use("en")
    monkeypatch.setattr(settings, "load", lambda: settings.Settings(language="en"))
    phrase = clinic_folder.data / "passphrase.txt"
    phrase.write_text(PHRASE, encoding="utf-8")
    for prefix, kind in (("HUB", "hub"), ("CAP", "clinic")):
        roles = frozenset({*CLINIC_ROLES, Role.ADMINISTRATOR}) if kind == "hub" else CLINIC_ROLES
        new = NewClinic(prefix, "Clínica inventada", "Dra. Prueba", PHRASE, frozenset(roles), kind=kind)
        clinic.create(clinic_folder.data, new, cost=CHEAPEST)

    def command(where: str, *words: str | Path) -> tuple[int, str]:
        place = ["--data", str(clinic_folder.data / where), "--passphrase-file", str(phrase)]
        code = app.main([*place, *map(str, words)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return command


def six_words(said: str) -> list[str]:
    """The six words at the end of a line that asks to compare them."""
    found = re.search(r"six words: ((?:\w+ ){5}\w+)", said)
    assert found is not None, said
    return found[1].split()


def test_a_network_from_nothing_to_the_first_answer(run: Run, tmp_path: Path) -> None:
    usb, key = tmp_path / "usb", tmp_path / "key.txt"
    usb.mkdir()
    assert run("CAP", "export", "--to", usb)[0] == app.REFUSED
    code, said = run("HUB", "hub", "init", "--name", "Red inventada", "--network-key", key)
    assert code == app.DONE and "AGE-SECRET-KEY-1" in key.read_text(encoding="utf-8") and str(key) in said
    told = six_words(run("HUB", "hub", "invite", "--to", usb)[1])
    assert six_words(run("CAP", "import", usb / "network.json")[1]) == told
    code, said = run("CAP", "export", "--to", usb)
    asked = six_words(said)
    assert code == app.DONE and len(list(usb.glob("*.mbx"))) == 1
    code, said = run("HUB", "hub", "import", usb)
    assert code == app.REFUSED and six_words(said) == asked and "CAP" in said
    assert run("HUB", "hub", "certify", *asked[::-1])[0] == app.REFUSED
    for old in usb.glob("*.mbx"):
        old.unlink()
    code, said = run("HUB", "hub", "certify", *asked, "--to", usb)
    assert code == app.DONE and "Certified: CAP" in said
    code, said = run("CAP", "import", *usb.glob("*.mbx"))
    assert code == app.DONE and "0 refused" in said
    code, said = run("CAP", "import", *usb.glob("*.mbx"))
    assert code == app.DONE and "imported before" in said
    for old in usb.glob("*.mbx"):
        old.unlink()
    code, said = run("CAP", "export", "--to", usb)
    assert code == app.DONE and said.startswith("0 changes")
    code, said = run("HUB", "hub", "import", usb)
    assert code == app.DONE and len(list(usb.glob("*.mbx"))) == 2
    whole = tmp_path / "whole"
    whole.mkdir()
    assert run("CAP", "snapshot", "--to", whole)[0] == app.REFUSED  # no second laptop is there to read it
    code, said = run("HUB", "snapshot", "--clinic", "CAP", "--to", whole)
    assert code == app.DONE and not said.startswith("0 changes")
    code, said = run("CAP", "import", *whole.glob("*.mbx"))
    assert code == app.DONE and said.endswith("0 new ones, 0 refused ones, 0 waiting ones.\n")
    assert run("HUB", "verify")[0] == run("CAP", "verify")[0] == app.DONE


def test_what_nobody_has_is_told_and_declared_lost_with_a_reason(
    run: Run, clinic_folder: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usb, torn = tmp_path / "usb", tmp_path / "torn"
    usb.mkdir()
    torn.mkdir()
    run("HUB", "hub", "init", "--name", "Red inventada", "--network-key", tmp_path / "key.txt")
    run("HUB", "hub", "invite", "--to", usb)
    run("CAP", "import", usb / "network.json")
    asked = six_words(run("CAP", "export", "--to", usb)[1])
    run("HUB", "hub", "import", usb)
    assert run("HUB", "hub", "certify", *asked)[0] == app.DONE
    assert run("HUB", "hub", "lost") == (app.DONE, "Nothing waits for a lost record.\n")
    folder = ClinicFolder(clinic_folder.data / "CAP")
    (slot,) = vault.list_slots(folder)
    laptop = clinic.open_clinic(folder, Id(slot.user), PHRASE)
    for number in (1, 2, 3):
        register(laptop.database, laptop.actor, number)
    laptop.close()
    monkeypatch.setattr(outbox, "PART_LIMIT", 1)
    run("CAP", "export", "--to", torn)
    gone = stick.found(torn)[-2].name
    for path in torn.rglob(gone):
        path.unlink()
    run("HUB", "hub", "import", torn)
    code, said = run("HUB", "hub", "lost")
    assert code == app.DONE and re.fullmatch(r"Clínica inventada \(CAP\): 1 record waits for a lost one\.\n", said)
    for words in ((), ("--reason", "  ")):
        code, said = run("HUB", "hub", "lost", "--clinic", "CAP", *words)
        assert code == app.REFUSED and "--reason" in said
    code, said = run("CAP", "hub", "lost", "--clinic", "CAP", "--reason", "Se mojó")
    assert code == app.REFUSED
    code, said = run("HUB", "hub", "lost", "--clinic", "CAP", "--reason", "Se mojó la memoria")
    assert (code, said) == (app.DONE, "1 record that waited was taken in.\n")
    assert run("HUB", "hub", "lost") == (app.DONE, "Nothing waits for a lost record.\n")
    assert run("HUB", "hub", "lost", "--clinic", "CAP", "--reason", "Otra vez")[0] == app.REFUSED
    assert run("HUB", "verify")[0] == app.DONE


def test_what_a_hub_took_in_is_said_though_the_answer_cannot_be_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    run("HUB", "hub", "init", "--name", "Red inventada")
    run("HUB", "hub", "invite", "--to", usb)
    run("CAP", "import", usb / "network.json")
    asked = six_words(run("CAP", "export", "--to", usb)[1])
    run("HUB", "hub", "import", usb)
    run("HUB", "hub", "certify", *asked)
    with monkeypatch.context() as patch:
        patch.setattr(stick.FolderPlace, "create", _full)
        code, said = run("HUB", "hub", "import", usb)
    (bundle,) = usb.glob("*.mbx")
    assert code == app.UNAVAILABLE and bundle.name in said and "does not fit on the stick" in said
    assert run("HUB", "hub", "import", usb)[0] == app.DONE and len(list(usb.glob("*.mbx"))) == 2


def _full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_number_given_twice_is_settled_at_the_import_as_in_the_window(
    run: Run, clinic_folder: Folders, tmp_path: Path
) -> None:
    """Two laptops of a clinic that had not met each register a first person; the later one's number becomes another."""
    usb, places = tmp_path / "usb", ("CAP", "other/CAP")
    usb.mkdir()
    new = NewClinic("CAP", "Clínica inventada", "Enf. Prueba", PHRASE, CLINIC_ROLES)
    clinic.create(clinic_folder.data / "other", new, cost=CHEAPEST)
    run("HUB", "hub", "init", "--name", "Red inventada", "--network-key", tmp_path / "key.txt")
    run("HUB", "hub", "invite", "--to", usb)
    for place, given in zip(places, ("Inventada", "Inventadita"), strict=True):
        folder = ClinicFolder(clinic_folder.data / place)
        laptop = clinic.open_clinic(folder, vault.list_slots(folder)[0].user, PHRASE)
        register(laptop.database, laptop.actor, 1, given=given)
        laptop.close()
        assert run(place, "import", usb / "network.json")[0] == app.DONE
        asked = six_words(run(place, "export", "--to", usb)[1])
        run("HUB", "hub", "import", usb)
        assert run("HUB", "hub", "certify", *asked)[0] == app.DONE
    for old in usb.rglob("*.mbx"):
        old.unlink()
    for place in places:
        run(place, "export", "--to", usb)
    assert run("HUB", "hub", "import", usb)[0] == app.DONE
    first, second = (run(place, "import", *stick.found(usb))[1] for place in places)
    assert "given twice" not in first
    said = "CAP0000001 had been given twice. PRUEBA EJEMPLO, Inventadita now has CAP1000001."
    assert said in second and "PRUEBA EJEMPLO, Inventada keeps CAP0000001" in second
    assert "given twice" not in run("other/CAP", "import", *stick.found(usb))[1]
    assert run("other/CAP", "verify")[0] == app.DONE


def test_a_file_that_is_no_bundle_and_a_folder_that_is_not_there(run: Run, tmp_path: Path) -> None:
    strange = tmp_path / "photo.mbx"
    strange.write_bytes(b"not a bundle")
    code, said = run("CAP", "import", strange)
    assert code == app.REFUSED and "not a bundle" in said
    run("HUB", "hub", "init", "--name", "Red inventada", "--network-key", tmp_path / "key.txt")
    assert run("HUB", "hub", "import", tmp_path / "nowhere")[0] == app.UNAVAILABLE
    assert run("CAP", "hub", "init", "--name", "Otra", "--network-key", tmp_path / "other.txt")[0] == app.REFUSED


def test_a_hub_is_made_in_an_empty_folder(
    clinic_folder: Folders, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One command, the passphrase from the environment; both keys on paper; the key of the paper certifies anew."""
    i18n.use("en")
    monkeypatch.setattr(settings, "load", lambda: settings.Settings(language="en"))
    monkeypatch.setattr(vault, "calibrate", lambda *_: CHEAPEST)
    monkeypatch.setenv("CES_DESKTOP_PASSPHRASE", PHRASE)
    monkeypatch.setattr("sys.stdin", None)
    place, key, sheet = clinic_folder.data / "red", tmp_path / "key.txt", tmp_path / "sheet.txt"

    def command(*words: str | Path) -> tuple[int, str]:
        code = app.main(["--data", str(place), *map(str, words)])
        said = capsys.readouterr()
        return code, said.out + said.err

    papers = "--network-key", key, "--recovery-key", sheet
    code, said = command("hub", "init", *papers)
    assert code == app.REFUSED and "--name" in said and not place.exists()
    code, said = command("hub", "init", "--name", "Red inventada", "--person", "Lic. Prueba Inventada", *papers)
    assert code == app.DONE and str(place / "HUB") in said
    assert vault.open_with_recovery(ClinicFolder(place / "HUB"), sheet.read_text("utf-8").splitlines()[-1])
    before = key.read_bytes()
    code, said = command("hub", "init", *papers)
    assert code == app.REFUSED and "has a network already" in said and key.read_bytes() == before
    assert command("hub", "renew", "--network-key", key)[0] == app.DONE
    three_sheets_stand_for_the_key(command, tmp_path, key)
    groups = key.read_text("utf-8").splitlines()[-1].split("-")
    key.write_text("-".join([groups[1], groups[0], *groups[2:]]), encoding="utf-8")
    code, said = command("hub", "renew", "--network-key", key)
    assert code == app.REFUSED and "group" in said.lower()
    assert command("hub", "invite", "--to", tmp_path)[0] == app.DONE


def three_sheets_stand_for_the_key(command: Callable[..., tuple[int, str]], place: Path, key: Path) -> None:
    """What is printed on two of them, typed again, certifies the hub and makes three others; one alone does not."""
    code, said = command("hub", "shares", "--network-key", key, "--to", place)
    assert code == app.DONE and str(place) in said
    typed = []
    for number in (1, 3):
        with pypdfium2.PdfDocument(place / f"network-key-sheet-{number}.pdf") as document:
            said = document[0].get_textpage().get_text_range()
        boxes = [line for line in said.splitlines() if re.fullmatch(r"(\d+ [a-z]+ ?)+", line)]
        words = re.findall("[a-z]+", " ".join(boxes))
        typed.append(place / f"typed-{number}.txt")
        typed[-1].write_text("\n".join(words) + "\n", encoding="utf-8")
    assert command("hub", "renew", "--network-key", *typed)[0] == app.DONE
    code, said = command("hub", "renew", "--network-key", typed[0])
    assert code == app.REFUSED and "2 different sheets" in said
    assert command("hub", "shares", "--network-key", *typed, "--to", place)[0] == app.DONE
    code, said = command("hub", "renew", "--network-key", typed[0], place / "nowhere.txt")
    assert code == app.UNAVAILABLE
    code, said = command("hub", "shares", "--network-key", place / "network-key-sheet-1.pdf", "--to", place)
    assert code == app.UNAVAILABLE


def test_a_clinic_is_no_hub_whoever_asks(run: Run, tmp_path: Path) -> None:
    """The first thing said is what is wrong with the place, not with the person."""
    code, said = run("CAP", "hub", "init", "--name", "Otra", "--network-key", tmp_path / "key.txt")
    assert code == app.REFUSED and "Only the hub" in said and not (tmp_path / "key.txt").exists()
