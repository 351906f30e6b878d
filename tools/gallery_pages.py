"""Sheets of the gallery that look like pages: a dashboard, a record, the entrance. Invented people only."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from ces_desktop.ui import labels, theme
from ces_desktop.ui.icons import State
from ces_desktop.ui.models.record_table import Cell, Column, RecordTable
from ces_desktop.ui.widgets import (
    BannerFacts,
    Button,
    DockedBar,
    EmptyState,
    Happening,
    Heading,
    Initials,
    PatientBanner,
    Rail,
    RailEntry,
    Ridges,
    ScrollBody,
    SectionCard,
    StatTile,
    StatusChip,
    StepList,
    Text,
    TextField,
    Timeline,
    Toast,
    TopBar,
    box,
    column,
    row,
)
from tools.gallery_parts import say, sheet


@dataclass(frozen=True, slots=True)
class Person:
    """One invented row."""

    name: str
    context: str
    tags: tuple[str, ...]
    value: str
    day: str
    state: State
    word: str


PEOPLE = (
    Person("LÓPEZ PÉREZ, María Elena", "58 a · F · Las Palmas", ("Hipertensión", "Diabetes"), "TA 152/94",
           "17-feb-2026", "warn", "Sin control"),
    Person("ROBLERO DÍAZ, Ernesto", "71 a · M · El Mirador", ("Hipertensión",), "TA 128/78",
           "19-feb-2026", "ok", "En control"),
    Person("MORALES VELÁZQUEZ, Lucía", "24 a · F · Cerro Azul", ("Prenatal 31 sem",), "TA 110/70",
           "03-mar-2026", "ok", "A tiempo"),
    Person("GÓMEZ RAMÍREZ, José Ángel", "1 a 4 m · M · Las Palmas", ("Desnutrición",), "P/T z −2.3",
           "24-feb-2026", "warn", "Sin control"),
    Person("DE LA CRUZ HERNÁNDEZ, Petrona", "66 a · F · Río Hondo", ("Diabetes",), "Sin HbA1c",
           "desde sep-2025", "unknown", "Sin lectura"),
    Person("PÉREZ VÁZQUEZ, Adelina", "33 a · F · El Mirador", ("Epilepsia",), "0 crisis",
           "20-feb-2026", "ok", "En control"),
)  # fmt: skip

PLACES = (
    ("sun", "Hoy", "Today"), ("users", "Pacientes", "Patients"), ("life-buoy", "Rescate", "Rescue"),
    ("pill", "Farmacia", "Pharmacy"), ("house-heart", "Comunidad", "Community"),
    ("graduation-cap", "Mentoría", "Mentoring"), ("chart-column", "Informes", "Reports"), ("usb", "USB", "USB"),
    ("settings", "Ajustes", "Settings"), ("lock", "Bloquear", "Lock"),
)  # fmt: skip


def _person_cell(person: Person) -> Cell:
    surname, _, given = person.name.partition(", ")
    return Cell(person.name, person.context, strong=True, letters=labels.initials(surname, given))


def people_table() -> RecordTable[Person]:
    """The table of the day, with two-line rows, tags and chips."""
    table = RecordTable[Person](
        [
            Column(say("Persona", "Person"), _person_cell, sort=lambda person: person.name),
            Column(say("Programas", "Programmes"), lambda person: Cell(tags=person.tags), 196, droppable=True),
            Column(say("Último valor", "Last value"), lambda person: Cell(person.value, person.day, strong=True), 122),
            Column(say("Estado", "State"), lambda person: Cell(chip=(person.state, person.word)), 132),
        ],
        name=say("Citas de hoy", "Appointments today"),
        type_ahead=True,
    )
    table.set_rows(PEOPLE)
    table.records.sort(0)
    table.select_place(2)
    table.fit_height()
    table.setObjectName("table")
    return table


def _window(body: QWidget, current: str, banner: QWidget | None = None, bar: QWidget | None = None) -> QWidget:
    rail = Rail([RailEntry(icon, icon, say(es, en), icon in ("settings", "lock")) for icon, es, en in PLACES])
    rail.set_current(current)
    for key, count in (("sun", 6), ("life-buoy", 14), ("pill", 3)):
        rail.set_badge(key, count)
    top = TopBar("AR", "Dra. Ana Robles", "El Mirador", demo=True)
    top.usb.set_state(say("USB: hace 12 días", "USB: 12 days ago"))
    above = [part for part in (top, banner) if part is not None]
    right = column(*above, (body, 1), *([bar] if bar else []), gap=0)
    return sheet(row(rail, (right, 1), gap=0))


def _tiles() -> list[StatTile]:
    return [
        StatTile(
            say("Hipertensión en control", "Hypertension controlled"),
            "58 %",
            labels.of(41, 71),
            say("4 sin lectura este trimestre", "4 without reading"),
            chip=StatusChip("ok", say("Mejora", "Better")),
            values=[44, 47, 46, 51, 52, 55, 58],
            goal=60,
        ),
        StatTile(
            say("Diabetes en control", "Diabetes controlled"),
            "36 %",
            labels.of(14, 39),
            say("9 sin lectura este trimestre", "9 without reading"),
            chip=StatusChip("warn", say("Baja", "Falls")),
            values=[41, 40, 42, 39, 38, 37, 36],
            goal=50,
        ),
        StatTile(
            say("Por rescatar", "To rescue"),
            "14",
            say("personas", "people"),
            say("3 de riesgo alto", "3 at high risk"),
            chip=StatusChip("bad", say("3 urgentes", "3 urgent")),
            values=[9, 10, 8, 12, 11, 13, 14],
        ),
    ]


def today() -> QWidget:
    """A dashboard: tiles, the day's table, an empty list."""
    card = SectionCard(
        say("Citas de hoy", "Appointments today"),
        people_table(),
        icon="calendar",
        caption=say("6 personas", "6 people"),
        action=Text(say("↑↓ elegir   Enter abrir", "↑↓ choose   Enter open"), "caption"),
        flush=True,
    )
    heading = Heading(
        say("Martes 17 de marzo", "Tuesday 17 March"),
        say("Buenos días, doctora. 6 citas, 2 avisos urgentes.", "Good morning. 6 appointments, 2 urgent notes."),
        Button(say("Registrar paciente", "Register patient"), icon="user-plus", shortcut="F4"),
        Button(say("Nueva consulta", "New encounter"), "primary", icon="stethoscope", shortcut="F3"),
    )
    next_due = say("Próximo vencimiento: 24-mar-2026.", "Next due: 24-Mar-2026.")
    empty = EmptyState(say("Nadie por rescatar", "Nobody to rescue"), next_due, size=112)
    side = SectionCard(say("Rescate", "Rescue"), (empty, 1), icon="life-buoy")
    side.setFixedWidth(theme.px(280))
    tiles = row(*[(tile, 1) for tile in _tiles()], gap=12)
    middle = row((column(card, None, gap=12), 1), side, gap=12)
    return _window(ScrollBody(column(heading, tiles, middle, None, gap=14, margins=(20, 16, 20, 16))), "sun")


def patient() -> QWidget:
    """A record: banner, timeline, docked bar, toast."""
    context = "nacida 14-jul-1967 · 58 años · mujer · Las Palmas, hogar 27 · tel. de su hija 963 555 0142"
    banner = PatientBanner(
        BannerFacts("LP", "López Pérez", "María Elena", "MIR0000412", context, "known", "penicilina (ronchas, 2019)"),
        Button(say("Imprimir", "Print"), icon="printer", shortcut="F8"),
        Button(say("Nueva consulta", "New encounter"), "primary", icon="stethoscope", shortcut="F3"),
    )
    line = Timeline(
        [
            Happening("here", "Consulta · hipertensión, diabetes", "TA 152/94. Se aumentó losartán.", "17-feb-2026"),
            Happening("elsewhere", "Visita de acompañante", "Olvidó 3 pastillas en 7 días.", "09-feb-2026"),
            Happening("unanswered", "Referencia sin respuesta", "H. Básico de Jaltenango.", "22-ene-2026"),
            Happening("here", "Consulta", "", "16-ene-2026"),
        ]
    )
    steps = StepList([say("Idioma", "Language"), say("Clínica", "Clinic"), say("Respaldo", "Backup")])
    steps.set_current(1)
    more = Button(say("Ver todo (38)", "See all (38)"), "ghost")
    left = SectionCard(say("Pasos", "Steps"), steps, icon="list-checks")
    right = SectionCard(say("Línea de tiempo", "Timeline"), line, None, icon="history", action=more)
    bar = DockedBar(
        Button(say("Firmar y guardar", "Sign and save"), "primary", icon="save", shortcut="F9"),
        Button(say("Guardar y siguiente", "Save and next"), cap="Ctrl+Enter"),
    )
    bar.set_state("ok", say("Borrador 10:42:07", "Draft 10:42:07"))
    body = ScrollBody(row((left, 2), (right, 3), gap=12, margins=(20, 14, 20, 14)))
    window = _window(body, "users", banner, bar)
    Toast(window).setObjectName("toast")
    return window


def entrance() -> QWidget:
    """Sign-in: the ridges at left."""
    people = (
        ("AR", "Dra. Ana Robles", say("Médica pasante", "Physician")),
        ("TD", "Enf. Tomasa Díaz", say("Enfermera", "Nurse")),
    )
    rows = [
        row(Initials(letters, 36), column(Text(name, "strong"), Text(work, "caption"), gap=0), None, gap=12)
        for letters, name, work in people
    ]
    phrase = TextField("una frase de paso", secret=True, name=say("Frase de paso", "Passphrase"))
    enter = Button(say("Entrar", "Enter"), "primary", icon="log-in", cap="Enter")
    label = Text(say("Frase de paso", "Passphrase"), "label")
    who = Text(say("¿Quién entra?", "Who is it?"), "title")
    form = column(None, who, *rows, label, phrase, enter, None, gap=12, margins=(64, 0, 64, 0))
    return sheet(row((Ridges(), 858), (box(form), 508), gap=0))
