"""A line of the catalogue of supplies as somebody's list writes it: which column holds what, and what its words mean.

Pure reading: cells go in, wire values of an item and what could not be kept come out. A value that is not understood is
left unknown and said; a row is lost only where nobody could tell which item it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from ces_desktop.domain.identity import fold

KINDS = ("medicine", "material", "test", "equipment")
SOURCES = ("SSA", "CES", "other")
VEN = ("V", "E", "N")
CONTROLLED = ("I", "II", "III", "yes")
"""Group of article 226 of the Ley General de Salud, or "yes" where the list does not say which."""
LONGEST_NAME, LONGEST_CODE, MOST_PACK = 200, 40, 100_000
CODE = re.compile(r"(?:\d{3}\.\d{3}\.\d{4}(?:\.\d{2})?|CES-\d{3,4})")
"""Clave of the national compendium, or one of ours; others are kept and told of."""
FIELDS = (
    "code", "name_es", "name_en", "form", "strength", "unit", "pack", "kind", "source", "ven", "controlled", "cold",
    "family", "route", "active", "retired",
)  # fmt: skip
"""What a column may hold; "retired" is "active" the other way round."""

_SPELLINGS: dict[str, str] = {
    "code": "clave|clave cnis|clave del cuadro basico|codigo|code|clave ssa|clave compendio",
    "name_es": "descripcion|nombre|nombre generico|generico|medicamento|insumo|name es|denominacion|articulo|nombre es",
    "name_en": "name|name en|english name|nombre en ingles",
    "form": "forma|forma farmaceutica|presentacion farmaceutica|form",
    "strength": "concentracion|dosis|potencia|strength",
    "unit": "unidad|unidad minima|unidad de medida|unit|unidad de surtido",
    "pack": "cantidad por envase|cantidad x envase|contenido|piezas por envase|envase con|pack|presentacion cantidad",
    "kind": "tipo|grupo de insumo|clase|kind|rubro",
    "source": "fuente|origen|proveedor|source",
    "ven": "ven|clasificacion ven|vital esencial",
    "controlled": "controlado|es controlado|grupo controlado|controlled|estupefaciente",
    "cold": "red fria|refrigeracion|cadena de frio|cold|refrigerado",
    "family": "familia|family",
    "route": "via|via de administracion|route",
    "active": "activo|vigente|active",
    "retired": "descontinuado|baja|retirado|void retire|inactivo",
}
_WORDS: dict[str, dict[str, str]] = {
    "kind": {
        "medicine": "me|medicamento|medicamentos|medicina|farmaco|medicine|vacuna|biologico",
        "material": "mc|material|material de curacion|materiales|curacion",
        "test": "reactivo|prueba|laboratorio|test|lab|diagnostico",
        "equipment": "equipo|equipo medico|instrumental|equipment",
    },
    "source": {
        "CES": "ces|companeros en salud|pih",
        "SSA": "ssa|ss|secretaria|secretaria de salud|isech|imss|imss bienestar|jurisdiccion",
        "other": "otro|otra|other|compra|donacion",
    },
    "ven": {"V": "v|vital", "E": "e|esencial|essential", "N": "n|no esencial|nonessential|non essential"},
    "controlled": {
        "I": "i|grupo i", "II": "ii|grupo ii", "III": "iii|grupo iii",
        "yes": "si|s|yes|y|x|1|true|verdadero|controlado", "no": "no|n|0|false|falso|ninguno",
    },
    "flag": {"yes": "si|s|yes|y|x|1|true|verdadero", "no": "no|n|0|false|falso"},
    "form": {
        "tablet": "tableta|comprimido|gragea|tablet|tableta recubierta", "capsule": "capsula|perla|capsule",
        "chewable": "tableta masticable|masticable", "sublingual": "tableta sublingual|sublingual",
        "effervescent": "tableta efervescente|efervescente", "suspension": "suspension|suspension oral",
        "syrup": "jarabe|syrup", "oral_solution": "solucion oral|solucion", "drops": "gotas|drops",
        "powder_oral": "polvo|polvo oral|sobre", "injection": "inyectable|solucion inyectable|suspension inyectable",
        "infusion": "solucion para infusion|infusion", "inhaler": "aerosol|inhalador|suspension en aerosol",
        "nebuliser": "solucion para nebulizar|para nebulizar", "cream": "crema|cream", "ointment": "unguento|pomada",
        "gel": "gel", "lotion": "locion|emulsion", "shampoo": "champu|shampoo", "patch": "parche",
        "suppository": "supositorio", "pessary": "ovulo|tableta vaginal", "vaccine": "vacuna",
        "eye_drops": "solucion oftalmica|gotas oftalmicas", "eye_ointment": "unguento oftalmico",
        "ear_drops": "solucion otica|gotas oticas", "nasal_spray": "aerosol nasal|spray nasal", "implant": "implante",
    },
    "unit": {
        "tablet": "tableta|comprimido|gragea|tablet|tab", "capsule": "capsula|perla|capsule|cap", "ml": "ml|mililitro",
        "piece": "pieza|pza|pieza s|piece|bolsa|equipo|unidad", "ampoule": "ampolleta|ampula|ampoule|ampolla",
        "vial": "frasco ampula|vial|frascoampula", "bottle": "frasco|botella|bote|bottle", "tube": "tubo|tube",
        "dose": "dosis|dose", "test": "prueba|test", "strip": "tira|strip", "suppository": "supositorio",
        "pessary": "ovulo", "sachet": "sobre|sachet", "jar": "tarro|jar", "pair": "par|pair", "roll": "rollo|roll",
        "syringe": "jeringa prellenada|jeringa|syringe", "cartridge": "cartucho|cartridge", "patch": "parche|patch",
        "pack": "paquete|pack|caja",
    },
    "route": {
        "oral": "oral", "intravenous": "intravenosa|intravenous|iv", "intramuscular": "intramuscular|im",
        "subcutaneous": "subcutanea|subcutaneous|sc", "topical": "topica|cutanea|topical", "rectal": "rectal",
        "vaginal": "vaginal", "inhaled": "inhalada|inhalatoria|inhalacion|inhaled",
        "ophthalmic": "oftalmica|ophthalmic",
        "otic": "otica|otic", "nasal": "nasal", "sublingual": "sublingual", "transdermal": "transdermica|transdermal",
        "intradermal": "intradermica|intradermal", "infiltration": "infiltracion|infiltration", "uterine": "uterina",
    },
}  # fmt: skip
UNITS, FORMS, ROUTES = (tuple(_WORDS[name]) for name in ("unit", "form", "route"))
_MEANING: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {name: {word: code for code, said in codes.items() for word in said.split("|")} for name, codes in _WORDS.items()}
)
UNDERSTOOD = 0.3
_BLANKS = frozenset({"null", "na", "n a", "sd", "s d", "nd", "none", ""})
"""What exporting programs write for nothing."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_FLAGS = ("cold", "active", "retired")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why something of a row is not kept: a sentence's code, the column, what was written; `whole` = nothing is."""

    code: str
    field: str = ""
    written: str = ""
    line: int = 0
    """The other line that a code stands in."""
    whole: bool = False


@dataclass(slots=True)
class ItemRead:
    """A row: its line in the file, wire values of the item (of what is said alone), and what is not kept."""

    line: int
    cells: tuple[str, ...]
    values: dict[str, int | str] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def code(self) -> str:
        """The clave as it is compared, "" where there is none."""
        return str(self.values.get("code", ""))

    @property
    def name(self) -> str:
        """The name, in Spanish where it has one."""
        return str(self.values.get("name_es") or self.values.get("name_en") or "")

    @property
    def lost(self) -> bool:
        """Whether nothing of it is kept."""
        return any(trouble.whole for trouble in self.troubles)


@dataclass(frozen=True, slots=True)
class CatalogueMapping:
    """Which field each heading holds ("" = none), and what every row is that does not say so itself."""

    columns: tuple[tuple[str, str], ...] = ()
    kind: str = "medicine"
    source: str = ""
    replace: bool = False
    """Whether name, form, strength and route here give way to those of the file."""

    def with_field(self, heading: str, field_name: str) -> CatalogueMapping:
        """The same with another field for a heading; the column that held it before holds none."""
        columns = tuple(
            (h, field_name if h == heading else "" if field_name and f == field_name else f) for h, f in self.columns
        )
        return CatalogueMapping(columns, self.kind, self.source, self.replace)

    def field_of(self, heading: str) -> str:
        """What the column of a heading holds."""
        return next((f for h, f in self.columns if h == heading), "")


def guess(headings: Sequence[str]) -> CatalogueMapping:
    """What each heading says it holds, each field once; "descripcion" goes before "generico" for the name."""
    plain = [_plain(heading) for heading in headings]
    taken: dict[int, str] = {}
    for name, spellings in _SPELLINGS.items():
        for spelling in spellings.split("|"):
            at = next((n for n, text in enumerate(plain) if text == spelling and n not in taken), None)
            if at is not None:
                taken[at] = name
                break
    if "name_es" not in taken.values():
        other = next((n for n, name in taken.items() if name == "name_en"), None)
        if other is not None:  # a list with one name has it in its own language
            taken[other] = "name_es"
    return CatalogueMapping(tuple((heading, taken.get(n, "")) for n, heading in enumerate(headings)))


def fit(mapping: CatalogueMapping, cells: Mapping[str, Sequence[str]]) -> CatalogueMapping:
    """A guessed mapping without the columns of which hardly a word is understood: "forma" may hold the packaging.

    `cells`: heading → what stands below it.
    """
    for heading, name in mapping.columns:
        if name in _WORDS and name != "controlled":
            said = [text for text in cells.get(heading, ()) if text.strip()]
            if said and sum(_meant(name, text) is not None for text in said) < UNDERSTOOD * len(said):
                mapping = mapping.with_field(heading, "")
    return mapping


def missing(mapping: CatalogueMapping) -> str | None:
    """The code of what a mapping lacks before a file can be read by it."""
    held = {f for _, f in mapping.columns}
    return None if held & {"code", "name_es", "name_en"} else "catalogue.no_name_column"


def normal_code(text: str) -> str:
    """A clave as it is compared: capitals, no blanks."""
    return "".join(text.split()).upper()


def odd_code(code: str) -> bool:
    """Whether a clave does not look like one: told, never refused."""
    return bool(code) and CODE.fullmatch(code) is None


def read_row(line: int, cells: Sequence[str], headings: Sequence[str], mapping: CatalogueMapping) -> ItemRead:
    """One row of a list by a mapping."""
    read = ItemRead(line, tuple(cells))
    if len(cells) > len(headings):
        read.troubles.append(Trouble("catalogue.too_many_cells", whole=True))
        return read
    for place, heading in enumerate(headings):
        name, text = mapping.field_of(heading), " ".join(cells[place].split()) if place < len(cells) else ""
        if name and text and (name in ("code", "name_es", "name_en") or _plain(text) not in _BLANKS):
            _take(read, name, text)
    read.values.setdefault("kind", mapping.kind)
    if mapping.source:
        read.values.setdefault("source", mapping.source)
    if not read.name and not read.code:
        read.troubles.append(Trouble("catalogue.name_missing", whole=True))
    return read


def _take(read: ItemRead, name: str, text: str) -> None:
    if any(ord(mark) < 32 or mark in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\ufffd" for mark in text):
        _not_kept(read, "catalogue.unreadable", name, text)
    elif name == "code":
        code = normal_code(text)
        if len(code) > LONGEST_CODE:
            _not_kept(read, "catalogue.code_long", name, text)
            return
        read.values["code"] = code
        if odd_code(code):
            _not_kept(read, "catalogue.code_odd", name, text)
    elif name == "pack":
        _take_pack(read, text)
    elif name in _FLAGS:
        _take_flag(read, name, text)
    elif name in _WORDS:
        known = _meant(name, text)
        if known is None:
            _not_kept(read, "catalogue.not_understood", name, text)
        elif known != "no":
            read.values[name] = known
        else:
            read.values.setdefault(name, "no")
    else:
        if len(text) > LONGEST_NAME:
            _not_kept(read, "catalogue.text_cut", name, text)
        read.values[name] = text[:LONGEST_NAME].rstrip()


def _take_pack(read: ItemRead, text: str) -> None:
    """A number of units, with what else is written: "Caja con 20 tabletas", "10.00"."""
    numbers = _NUMBER.findall(text)
    if len(numbers) == 1 and not re.search(r"-\s*\d", text):
        whole, _, part = numbers[0].replace(",", "" if _THOUSANDS.fullmatch(numbers[0]) else ".").partition(".")
        if not part.strip("0") and 1 <= int(whole) <= MOST_PACK:
            read.values["pack"] = int(whole)
            return
    _not_kept(read, "catalogue.pack", "pack", text)


def _take_flag(read: ItemRead, name: str, text: str) -> None:
    known = _meant("flag", text)
    if known is None:
        _not_kept(read, "catalogue.not_understood", name, text)
    elif name == "retired":
        read.values["active"] = "no" if known == "yes" else "yes"
    else:
        read.values[name] = known


def _meant(kind: str, text: str) -> str | None:
    """The code that a word stands for, in one or many."""
    words = _plain(text)
    meanings = _MEANING[kind]
    singular = " ".join(word.removesuffix("s") if len(word) > 3 else word for word in words.split())
    return meanings.get(words) or meanings.get(singular) or meanings.get(words.removesuffix("es"))


def _not_kept(read: ItemRead, code: str, name: str, text: str) -> None:
    read.troubles.append(Trouble(code, name, text[:80]))


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", fold(text)).split())
