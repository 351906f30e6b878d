"""Catalogue of translations: `python -m tools.i18n check | compile | extract AREA [PLACE…]`.

Texts are found in the code (tr, trn); Spanish is in one .po file an area (`resources/i18n/es/AREA.po`); all are merged
into one compiled catalogue. `extract` adds what is new in the files that begin with PLACE (`ui/pages/today`).
"""

from __future__ import annotations

import ast
import io
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CODE = ROOT / "ces_desktop"
SPANISH = ROOT / "resources" / "i18n" / "es"
COMPILED = SPANISH / "LC_MESSAGES" / "ces_desktop.mo"

_BLANK = re.compile(r"\{([^{}]*)\}")
_PLURALS = "nplurals=2; plural=(n != 1);"

MessageId = str | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """A text in the code: its id (one or two forms) and where it stands first (`ui/labels.py:12`)."""

    id: MessageId
    place: str


@dataclass(frozen=True, slots=True)
class Translation:
    """A text in a .po file: its id, Spanish (one form, or two for a count), whether it is fuzzy, and the area."""

    id: MessageId
    spanish: tuple[str, ...]
    fuzzy: bool
    area: str


def key_of(message_id: MessageId) -> str:
    """What gettext looks a text up by: the singular."""
    return message_id if isinstance(message_id, str) else message_id[0]


def found(code: Path = CODE) -> dict[str, Found]:
    """Every text of the code, by key; a text said both alone and counted keeps the counted form."""
    texts: dict[str, Found] = {}
    for path in sorted(code.rglob("*.py")):
        for call in _calls(path):
            message_id = _literal(call)
            place = f"{path.relative_to(code).as_posix()}:{call.lineno}"
            known = texts.get(key_of(message_id)) if message_id is not None else None
            if message_id is not None and (known is None or isinstance(known.id, str)):
                texts[key_of(message_id)] = Found(message_id, known.place if known else place)
    return texts


def not_literal(code: Path = CODE) -> list[str]:
    """Places where tr or trn is called with something else than literal text: it can never be translated."""
    return [
        f"{path.relative_to(code).as_posix()}:{call.lineno}"
        for path in sorted(code.rglob("*.py"))
        if path != code / "i18n.py"
        for call in _calls(path)
        if _literal(call) is None
    ]


def _calls(path: Path) -> Iterator[ast.Call]:
    """Calls of tr and trn, also inside f-strings, which babel's own extractor does not see."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("tr", "trn"):
            yield node


def _literal(call: ast.Call) -> MessageId | None:
    wanted = 1 if isinstance(call.func, ast.Name) and call.func.id == "tr" else 2
    parts = [part.value for part in call.args[:wanted] if isinstance(part, ast.Constant)]
    texts = [part for part in parts if isinstance(part, str)]
    if len(texts) < wanted:
        return None
    return texts[0] if wanted == 1 else (texts[0], texts[1])


def translations(folder: Path = SPANISH) -> list[Translation]:
    """Every text of every area, in file order."""
    result = []
    for path in sorted(folder.glob("*.po")):
        for message in _messages(path):
            said = message.string
            spanish = (said,) if isinstance(said, str) else tuple(said or ("", ""))
            result.append(Translation(_id(message), spanish, message.fuzzy, path.stem))
    return result


def _messages(path: Path) -> Iterator[Message]:
    with path.open("rb") as file:
        catalogue = read_po(file, locale="es", domain="ces_desktop", abort_invalid=True)
    return (message for message in catalogue if message.id)


def _id(message: Message) -> MessageId:
    return message.id if isinstance(message.id, str) else (message.id[0], message.id[1])


def compiled(said: list[Translation]) -> bytes:
    """The .mo file of these texts (GNU gettext, little endian): the same bytes for the same texts, whoever compiles.

    Written here because every library puts dates and its own version into the header.
    """
    pairs = {"": f"Content-Type: text/plain; charset=utf-8\nPlural-Forms: {_PLURALS}\n"}
    for text in said:
        if not text.fuzzy and all(text.spanish):
            pairs["\0".join((text.id,) if isinstance(text.id, str) else text.id)] = "\0".join(text.spanish)
    ordered = sorted((key.encode(), value.encode()) for key, value in pairs.items())
    count, head = len(ordered), 28
    start = head + 16 * count
    places, texts = b"", b""
    for side in (0, 1):  # all texts of the code, then all Spanish ones
        for pair in ordered:
            places += struct.pack("<2I", len(pair[side]), start + len(texts))
            texts += pair[side] + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, count, head, head + 8 * count, 0, start) + places + texts


def problems(texts: dict[str, Found], said: list[Translation], mo: Path = COMPILED) -> list[str]:
    """Everything wrong, a line each: untranslated, fuzzy, conflicting, different blanks, unused, stale .mo."""
    lines: list[str] = []
    known: dict[str, Translation] = {}
    for text in said:
        key = key_of(text.id)
        other = known.setdefault(key, text)
        if other is not text and (other.spanish != text.spanish or other.id != text.id):
            lines.append(f"conflicting: {key!r} in {other.area}.po and {text.area}.po")
        if text.fuzzy:
            lines.append(f"fuzzy: {key!r} in {text.area}.po")
        if key not in texts:
            lines.append(f"unused: {key!r} in {text.area}.po")
    for key, place in sorted((key, text.place) for key, text in texts.items()):
        translation = known.get(key)
        if translation is None or not all(translation.spanish):
            lines.append(f"untranslated: {key!r} at {place}")
        else:
            lines += _form_problems(texts[key], translation)
    if not lines and (not mo.exists() or mo.read_bytes() != compiled(said)):
        lines.append("stale: run `python -m tools.i18n compile`")
    return lines


def _form_problems(text: Found, translation: Translation) -> Iterator[str]:
    """Plural forms that differ between code and .po, and blanks that got lost or invented."""
    if isinstance(text.id, tuple) and text.id != translation.id:
        yield f"plural differs: {text.id!r} at {text.place}, {translation.area}.po has {translation.id!r}"
        return
    forms = (translation.id,) if isinstance(translation.id, str) else translation.id
    for form, spanish in zip(forms, translation.spanish, strict=True):
        if sorted(_BLANK.findall(form)) != sorted(_BLANK.findall(spanish)) and not _one_without_n(form, spanish):
            yield f"blanks differ: {form!r} / {spanish!r} in {translation.area}.po"


def _one_without_n(form: str, spanish: str) -> bool:
    """A singular may say the number in a word: `{n} year` / `un año`."""
    missing = set(_BLANK.findall(form)) - set(_BLANK.findall(spanish))
    invented = set(_BLANK.findall(spanish)) - set(_BLANK.findall(form))
    return missing == {"n"} and not invented and "un" in spanish.lower()


def extract(area: str, prefixes: list[str]) -> int:
    """Add the untranslated texts (of files beginning with a prefix, if any) to an area's file; how many were added."""
    path = SPANISH / f"{area}.po"
    known = {key_of(text.id) for text in translations()}
    catalogue = Catalog(locale="es", domain="ces_desktop", fuzzy=False)
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale="es", domain="ces_desktop")
    added = 0
    for key, text in found().items():
        if key not in known and (not prefixes or any(text.place.startswith(prefix) for prefix in prefixes)):
            catalogue.add(text.id, "" if isinstance(text.id, str) else ("", ""))
            added += 1
    SPANISH.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=120, omit_header=True, sort_output=False)
    header = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {_PLURALS}\\n"\n\n'
    path.write_text(header + buffer.getvalue().decode(), encoding="utf-8")
    return added


def main(arguments: list[str]) -> int:
    """Run one command; 0 = nothing wrong."""
    command, *rest = arguments or ["check"]
    if command == "extract" and rest:
        print(f"{extract(rest[0], rest[1:])} added to {rest[0]}.po")
        return 0
    if command == "compile":
        COMPILED.parent.mkdir(parents=True, exist_ok=True)
        COMPILED.write_bytes(compiled(translations()))
        print(f"{COMPILED.relative_to(ROOT)}: {COMPILED.stat().st_size} bytes")
        return 0
    if command == "check":
        lines = [f"not literal: {place}" for place in not_literal()] + problems(found(), translations())
        print("\n".join(lines) or "translations: nothing wrong")
        return 1 if lines else 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
