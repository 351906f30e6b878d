"""Reads reference lists from files: the starter lists we ship, and the official CIE-10, CLUES and INEGI catalogues.

Pure readers: a file goes in, plain rows come out, nothing touches a database. Every row carries the id that all laptops
give to its code (`sync.md` 2). Values are text, integers, 16-byte ids, or None = the file does not say.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ces_desktop.data.table_files import find_header, plain, records, text_of
from ces_desktop.domain.ids import named_id
from ces_desktop.errors import Refused
from ces_desktop.paths import RESOURCES

Value = bytes | str | int | None
Row = dict[str, Value]


@dataclass(frozen=True, slots=True)
class ReferenceList:
    """A shipped list: name (also name space of its ids), file, columns, which hold integers, which make the code."""

    name: str
    file: str
    columns: tuple[str, ...]
    integers: frozenset[str] = frozenset()
    key: tuple[str, ...] = ("code",)


def _list(name: str, file: str, columns: str, integers: str = "", key: str = "code") -> ReferenceList:
    return ReferenceList(name, file, tuple(columns.split()), frozenset(integers.split()), tuple(key.split()))


_BANDS = "impossible_low unlikely_low normal_low normal_high unlikely_high impossible_high"
LISTS: tuple[ReferenceList, ...] = (
    _list("diagnosis", "diagnoses.csv", "code name_es name_en chapter sex_rule notifiable suive synonyms"),
    _list(
        "item",
        "supplies.csv",
        "code kind name_es name_en form strength unit pack route ven source controlled dosing cold family",
        "pack",
    ),
    _list(
        "measure",
        "measures.csv",
        "code kind name_es name_en unit scale sex age_from_days age_to_days"
        f" {_BANDS} options options_es options_en source",
        f"scale age_from_days age_to_days {_BANDS}",
        "code age_from_days sex",
    ),
    _list(
        "threshold",
        "thresholds.csv",
        "code value unit programme meaning_es meaning_en norm valid_from",
        "value",
        "code valid_from",
    ),
    _list(
        "indicator",
        "indicators.csv",
        "code version every name_es name_en numerator_es numerator_en denominator_es denominator_en source",
        "version every",
    ),
    _list(
        "protocol",
        "protocol.csv",
        "code programme kind name_es name_en measures need every every_at_goal age_from medicines count only_with"
        " source",
    ),
    _list("checklist", "checklists.csv", "code version name_es name_en source", "version", "code version"),
    _list(
        "checklist_item",
        "checklist_items.csv",
        "checklist code position critical text_es text_en",
        "position",
        "checklist code",
    ),
    _list(
        "clinic",
        "sites.csv",
        "prefix name official_name clues institution jurisdiction municipality_key municipality inegi note_format",
        key="prefix",
    ),
    _list(
        "community",
        "communities.csv",
        "inegi name municipality_key municipality population_2010 population_2020 latitude longitude altitude",
        "population_2010 population_2020 latitude longitude altitude",
        "inegi",
    ),
    _list(
        "facility",
        "facilities.csv",
        "clues name institution type level jurisdiction municipality_key municipality status latitude longitude",
        "latitude longitude",
        "clues",
    ),
)
_BY_NAME = {each.name: each for each in LISTS}


def read_list(name: str, folder: Path = RESOURCES / "reference") -> Iterator[Row]:
    """Rows of a shipped list, in file order: its columns and `id`. A blank cell is None; coordinates are 1e-6 degrees.

    The id is the UUIDv5 of (list, code); where several columns make the code they are joined with "/", blank = "".
    """
    shipped = _BY_NAME[name]
    with (folder / shipped.file).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if tuple(reader.fieldnames or ()) != shipped.columns:
            raise ValueError(f"{shipped.file}: columns are not {shipped.columns}")
        for cells in reader:
            row: Row = {"id": named_id(name, "/".join(cells[part] for part in shipped.key))}
            for column, cell in cells.items():
                row[column] = None if cell == "" else int(cell) if column in shipped.integers else cell
            yield row


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that cannot be taken: where it begins, its code as written, why, and its whole text: nothing is lost."""

    line: int
    code: str
    reason: str
    facts: Mapping[str, object]
    text: str


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an official file holds before anything is kept of it."""

    rows: tuple[Row, ...]
    rejected: tuple[Rejected, ...]
    columns: Mapping[str, str]
    """Our field → the column of the file it is read from."""
    ignored: tuple[str, ...]
    """Columns of the file that say nothing to us."""


def read_cie10(path: Path) -> ImportPreview:
    """The CIE-10 catalogue (DGIS, or any with a code and a name).

    Rows: `id code name_es chapter sex_rule notifiable suive level age_low_days age_high_days`; level 3 = a heading,
    4 = a diagnosis; ages from LINF and LSUP (`028D`, `120A`). Raises Refused or Unavailable `reference.*`.
    """
    return _read(path, "diagnosis", _CIE10, _diagnosis)


def read_clues(path: Path) -> ImportPreview:
    """The catalogue of health establishments (DGIS).

    Rows: `id clues name institution type level jurisdiction municipality_key municipality community status latitude
    longitude`; level and status in our words (`first`, `operating`), the others as written there. Raises Refused or
    Unavailable `reference.*`.
    """
    return _read(path, "facility", _CLUES, _facility)


def read_inegi(path: Path) -> ImportPreview:
    """The catalogue of localities (INEGI, AGEEML).

    Rows: `id inegi name municipality_key municipality population latitude longitude altitude`. Keys that lost their
    first zero in a spreadsheet get it back. Raises Refused or Unavailable `reference.*`.
    """
    return _read(path, "community", _INEGI, _community)


# Our field → how official and copied files head it, without accents, spaces or signs; the first field is the code.
_CIE10: dict[str, str] = {
    "code": "catalogkey codigo clave cie10 codigocie10 clavecie10 code",
    "name_es": "nombre descripcion diagnostico nombrees namees name",
    "chapter": "capitulo chapter clavecapitulo",
    "sex": "lsex sexoregla sexo",
    "sex_rule": "sexrule",
    "low": "linf edadminima",
    "high": "lsup edadmaxima",
    "suive": "epiclave suive clavesuive",
    "immediate": "essuivenotin",
    "weekly": "essuivemorb",
}
_CLUES: dict[str, str] = {
    "clues": "clues clue claveclues",
    "name": "nombredelaunidad nombre nombreunidad nombredelaunidadinternaennomina nombrecomercial name",
    "institution": "nombredelainstitucion institucion claveinstitucion clavedelainstitucion institution",
    "type": "nombredetipologia tipologia nombretipoestablecimiento tipoestablecimiento type",
    "level": "nivelatencion niveldeatencion nivel level",
    "jurisdiction": "nombredelajurisdiccion jurisdiccion clavejur clavedelajurisdiccion jurisdiction",
    "state": "clavedelaentidad cveent claveentidad",
    "municipality_key": "clavedelmunicipio cvemun clavemunicipio municipalitykey",
    "municipality": "nombredelmunicipio municipio nommun municipality",
    "community": "nombredelalocalidad localidad nomloc",
    "status": "estatusdeoperacion estatus estado status",
    "latitude": "latitud lat latdecimal",
    "longitude": "longitud lon londecimal",
}
_CLUES_WORDS = {
    "primernivel": "first",
    "segundonivel": "second",
    "tercernivel": "third",
    "noaplica": "none",
    "enoperacion": "operating",
    "fueradeoperacion": "closed",
}
_INEGI: dict[str, str] = {
    "inegi": "cvegeo mapa clavegeo inegi",
    "name": "nomloc nomlocalidad localidad nombrelocalidad nombre name",
    "state": "cveent cveentidad claveentidad",
    "municipality_key": "cvemun cvemunicipio clavemunicipio",
    "municipality": "nommun nommunicipio municipio municipality",
    "local": "cveloc cvelocalidad clavelocalidad",
    "population": "pobtotal poblaciontotal pob population",
    "latitude": "latdecimal lat latitud latdms",
    "longitude": "londecimal lon longitud londms",
    "altitude": "altitud altitudm alt altitude",
}
_INEGI_PARTS = ("state", "municipality_key", "local")

_CIE10_CODE = re.compile(r"[A-Z]\d\d[0-9X]?")
_CLUES_CODE = re.compile(r"[A-Z]{5}\d{6}")
_AGE = re.compile(r"(\d{1,3})([HDMA])")
_DEGREES = re.compile(r"(\d{1,3})\D+(\d{1,2})\D+(\d{1,2}(?:\.\d+)?)[^\dNSEWO]*([NSEWO]?)", re.IGNORECASE)
_COMPACT = re.compile(r"(\d{2,3})(\d\d)(\d\d(?:\.\d+)?)")
_DAYS_OF = {"H": 1 / 24, "D": 1.0, "M": 30.4375, "A": 365.25}

Cells = Mapping[str, str]
Refusal = tuple[str, dict[str, object]]


def _read(path: Path, name: str, spellings: dict[str, str], make: Callable[[Cells], Row | Refusal]) -> ImportPreview:
    lines = text_of(path).splitlines(keepends=True)
    code_field, name_field = next(iter(spellings)), "name_es" if "name_es" in spellings else "name"
    needed = [{code_field, name_field}]
    if spellings is _INEGI:
        needed.append({*_INEGI_PARTS, name_field})
    header = find_header(lines, spellings, needed)
    rows: list[Row] = []
    rejected: list[Rejected] = []
    first_line: dict[str, int] = {}
    for record in records(lines, header):
        made: Row | Refusal
        if record.width == len(header.names):
            made = make(record.cells)
        else:
            made = "reference.row_columns", {"found": record.width, "expected": len(header.names)}
        if isinstance(made, dict):
            code = str(made[code_field])
            if code not in first_line:
                first_line[code] = record.line
                rows.append({"id": named_id(name, code), **made})
                continue
            made = "reference.row_duplicate", {"code": code, "first_line": first_line[code]}
        rejected.append(Rejected(record.line, record.cells.get(code_field, ""), made[0], made[1], record.text))
    if not rows and not rejected:
        raise Refused("reference.empty_file")
    return ImportPreview(tuple(rows), tuple(rejected), header.columns(), header.ignored())


def _diagnosis(cells: Cells) -> Row | Refusal:
    code = re.sub(r"[.\s†*]", "", cells["code"]).upper()
    if not _CIE10_CODE.fullmatch(code):
        return "reference.row_code", {"code": cells["code"]}
    if not cells["name_es"]:
        return "reference.row_name", {"code": code}
    suive = cells.get("suive") or None
    immediate = plain(cells.get("immediate", "")) in {"si", "1"}
    weekly = plain(cells.get("weekly", "")) in {"si", "1"} or suive is not None
    return {
        "code": code,
        "name_es": cells["name_es"],
        "chapter": cells.get("chapter") or None,
        "sex_rule": _sex(cells),
        "notifiable": "immediate" if immediate else "weekly" if weekly else None,
        "suive": suive,
        "level": len(code),
        "age_low_days": _days(cells.get("low", ""), last=False),
        "age_high_days": _days(cells.get("high", ""), last=True),
    }


def _sex(cells: Cells) -> str | None:
    """F, M or None. Mexican files write H (hombre) and M (mujer); a column named `sex_rule` is ours: F and M."""
    if "sex_rule" in cells:
        return cells["sex_rule"] if cells["sex_rule"] in {"F", "M"} else None
    word = plain(cells.get("sex", ""))
    if word in {"m", "mujer", "f", "femenino", "2"}:
        return "F"
    return "M" if word in {"h", "hombre", "masculino", "1"} else None


def _days(text: str, last: bool) -> int | None:
    """Days of an age limit such as `028D`, `011M`, `120A`; `last` = to the end of it (120A: to the 121st birthday)."""
    match = _AGE.fullmatch(text.upper())
    if match is None:
        return None
    days = _DAYS_OF[match.group(2)]
    count = int(match.group(1))
    return max(0, round((count + 1) * days) - 1) if last else round(count * days)


def _facility(cells: Cells) -> Row | Refusal:
    clues = cells["clues"].upper()
    if not _CLUES_CODE.fullmatch(clues):
        return "reference.row_code", {"code": cells["clues"]}
    if not cells["name"]:
        return "reference.row_name", {"code": clues}
    words = ("institution", "type", "jurisdiction", "municipality", "community")
    return {
        "clues": clues,
        "name": cells["name"],
        **{field: cells.get(field) or None for field in words},
        "level": _word(cells.get("level", "")),
        "status": _word(cells.get("status", "")),
        "municipality_key": _municipality(cells),
        **_position(cells),
    }


def _word(text: str) -> str | None:
    return _CLUES_WORDS.get(plain(text), text) or None


def _community(cells: Cells) -> Row | Refusal:
    written = cells["inegi"] if "inegi" in cells else _joined(cells)
    key = written.zfill(9) if len(written) == 8 else written
    if not (key.isascii() and key.isdigit() and len(key) == 9):
        return "reference.row_code", {"code": written}
    if not cells["name"]:
        return "reference.row_name", {"code": key}
    population = cells.get("population", "").replace(",", "")
    return {
        "inegi": key,
        "name": cells["name"],
        "municipality_key": key[:5],
        "municipality": cells.get("municipality") or None,
        # INEGI hides the count of places of one or two dwellings with a sign: not known, not zero.
        "population": int(population) if population.isascii() and population.isdigit() else None,
        **_position(cells),
        "altitude": _whole(cells.get("altitude", "")),
    }


def _joined(cells: Cells) -> str:
    return "".join(cells[part].zfill(width) for part, width in zip(_INEGI_PARTS, (2, 3, 4), strict=True))


def _municipality(cells: Cells) -> str | None:
    key = cells.get("municipality_key", "")
    if not (key.isascii() and key.isdigit()):
        return None
    return key if len(key) == 5 or not cells.get("state") else cells["state"].zfill(2) + key.zfill(3)


def _position(cells: Cells) -> Row:
    return {side: _millionths(cells.get(side, ""), limit) for side, limit in (("latitude", 90), ("longitude", 180))}


def _millionths(text: str, limit: int) -> int | None:
    """Millionths of a degree from `15.872`, `92°43'24.3" W` or INEGI's compact `0924324.3`; None when it is neither."""
    compact = _COMPACT.fullmatch(text)
    match = compact or _DEGREES.search(text)
    if match is not None:
        degrees = int(match[1]) + int(match[2]) / 60 + float(match[3]) / 3600
        # The compact form has no sign: all of Mexico lies north and west.
        west = limit == 180 if compact else match[4].upper() in {"S", "W", "O"} or text.startswith("-")
        degrees = -degrees if west else degrees
    else:
        try:
            degrees = float(text)
        except ValueError:
            return None
    return round(degrees * 1_000_000) if abs(degrees) <= limit else None


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?\d{1,5}", text, re.ASCII) else None
