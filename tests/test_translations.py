"""Every text has its Spanish, blanks survive, the compiled catalogue is the one of the .po files."""

from __future__ import annotations

import gettext
import io
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tools import i18n as catalogue

PLURALS = "Plural-Forms: nplurals=2; plural=(n != 1);"
HEADER = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"{PLURALS}\\n"\n'


def test_nothing_is_wrong_with_the_translations() -> None:
    assert catalogue.not_literal() == []
    assert catalogue.problems(catalogue.found(), catalogue.translations()) == []


def test_compiling_twice_gives_the_same_bytes_and_gettext_reads_them(tmp_path: Path) -> None:
    said = catalogue.translations()
    assert catalogue.compiled(said) == catalogue.compiled(list(reversed(said)))
    path = tmp_path / "x.mo"
    path.write_bytes(catalogue.compiled(said))
    with path.open("rb") as file:
        read = gettext.GNUTranslations(file)
    assert read.gettext("Cancel") == "Cancelar"
    assert read.ngettext("{n} day ago", "{n} days ago", 1) == "hace {n} día"
    assert read.ngettext("{n} day ago", "{n} days ago", 0) == "hace {n} días"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A program of a few texts, one of them inside an f-string."""
    code = tmp_path / "code"
    code.mkdir()
    (code / "page.py").write_text(
        'tr("Save")\nx = f"{tr(\'Undo\')} Ctrl+Z"\ntrn("{n} day", "{n} days", 2)\ntr(name)\n', "utf-8"
    )
    return code


def check(code: Path, spanish: str, second: str = "") -> list[str]:
    """The problems of a small program with these .po files and no compiled catalogue."""
    folder = code.parent / "es"
    folder.mkdir(exist_ok=True)
    (folder / "one.po").write_text(HEADER + spanish, "utf-8")
    (folder / "two.po").write_text(HEADER + second, "utf-8")
    return catalogue.problems(catalogue.found(code), catalogue.translations(folder), folder / "none.mo")


WHOLE = (
    '\nmsgid "Save"\nmsgstr "Guardar"\n\nmsgid "Undo"\nmsgstr "Deshacer"\n'
    '\nmsgid "{n} day"\nmsgid_plural "{n} days"\nmsgstr[0] "{n} día"\nmsgstr[1] "{n} días"\n'
)


def test_a_text_inside_an_f_string_is_found(small: Path) -> None:
    assert set(catalogue.found(small)) == {"Save", "Undo", "{n} day"}
    assert catalogue.not_literal(small) == ["page.py:4"]


def test_only_the_compiled_file_is_missing(small: Path) -> None:
    assert check(small, WHOLE) == ["stale: run `python -m tools.i18n compile`"]


@pytest.mark.parametrize(
    ("spanish", "second", "said"),
    [
        (WHOLE.replace("Guardar", ""), "", "untranslated: 'Save' at page.py:1"),
        (WHOLE.replace("{n} días", "{m} días"), "", "blanks differ: '{n} days' / '{m} días' in one.po"),
        (WHOLE.replace('msgid "Save"', '#, fuzzy\nmsgid "Save"'), "", "fuzzy: 'Save' in one.po"),
        (WHOLE, '\nmsgid "Save"\nmsgstr "Salvar"\n', "conflicting: 'Save' in one.po and two.po"),
        (WHOLE, '\nmsgid "Old"\nmsgstr "Viejo"\n', "unused: 'Old' in two.po"),
    ],
    ids=["untranslated", "blanks", "fuzzy", "conflicting", "unused"],
)
def test_each_kind_of_problem_is_told(small: Path, spanish: str, second: str, said: str) -> None:
    assert said in check(small, spanish, second)


def test_an_item_of_the_catalogue_has_a_clave_in_either_language() -> None:
    """Half the English texts called it a key, which here also is what is pressed and what opens the data."""
    english = []
    for area in ("supply", "supply_prints", "catalogue", "orders", "dispensing"):
        held = read_po(io.BytesIO((catalogue.SPANISH / f"{area}.po").read_bytes()))
        english += [str(m.id) for m in held if m.id and re.search(r"\bclaves?\b", str(m.string), re.IGNORECASE)]
    assert len(english) > 20 and not [said for said in english if re.search(r"\bkeys?\b(?!})", said, re.IGNORECASE)]
