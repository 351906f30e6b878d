"""The sheet of small parts of the gallery, with the sample words all sheets share. Invented people only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget

from ces_desktop import i18n
from ces_desktop.ui import labels, theme
from ces_desktop.ui.widgets import (
    Button,
    ComboField,
    DateField,
    EmptyState,
    FieldRow,
    Heading,
    InlineNote,
    Legend,
    Measure,
    NoteField,
    Option,
    ProgressPanel,
    Question,
    Rule,
    ScrollBody,
    SectionCard,
    Sparkline,
    Stack100,
    StatusChip,
    StepList,
    Tag,
    Text,
    TextField,
    box,
    column,
    row,
    yes_no_field,
)


def say(spanish: str, english: str) -> str:
    """Sample words; they are no text of the program, so they stay out of its catalogue."""
    return spanish if i18n.language() == "es" else english


def components() -> QWidget:
    """The sheet of small parts."""
    left = column(_states(), _buttons(), (_figures(), 1), gap=12)
    middle = column(_fields(), (_dialog(), 1), gap=12)
    right = column(_notes(), _progress(), (_empty(), 1), gap=12)
    body = row((left, 353), (middle, 550), (right, 398), gap=12)
    heading = Heading(say("Componentes", "Components"), say("Los mismos en todas las pantallas", "The same everywhere"))
    return sheet(column(ScrollBody(column(heading, (body, 1), gap=12, margins=(20, 12, 20, 14)))))


def sheet(layout: QLayout) -> QWidget:
    """A page ground with this on it."""
    ground = QWidget()
    ground.setProperty("surface", "page")
    ground.setLayout(layout)
    return ground


def _states() -> QWidget:
    one = row(
        StatusChip("ok", say("En control", "Controlled")),
        StatusChip("warn", say("Sin control", "Uncontrolled")),
        StatusChip("bad", say("Rescate", "Rescue")),
        None,
    )
    two = row(
        StatusChip("unknown", say("Sin lectura", "No reading")),
        StatusChip("neutral", say("Activo", "Active")),
        StatusChip("draft", say("Borrador", "Draft")),
        None,
    )
    three = row(
        StatusChip("due", say("Toca hoy", "Due today")),
        StatusChip("new", say("Nuevo", "New")),
        Tag(say("Hipertensión", "Hypertension")),
        Tag("SSA"),
        None,
    )
    return SectionCard(say("Estado: color, forma y palabra", "State: colour, shape and word"), one, two, three, pad=14)


def _buttons() -> QWidget:
    save = Button(say("Guardar", "Save"), "primary", icon="save", shortcut="F9")
    focused = Button(say("Guardar", "Save"), "primary", icon="save", cap="F9")
    focused.setObjectName("focused")
    shut = Button(say("Firmar", "Sign"), "primary")
    shut.set_possible(False, say("Falta la presión arterial.", "Blood pressure is missing."))
    hint, change = Text(say("foco, 2 px", "focus, 2 px"), "caption"), Button(say("Cambiar", "Change"), "ghost")
    everyone = Button(say("Todos", "All"), "filter", count=212)
    everyone.setChecked(True)
    answer = yes_no_field("no")
    return SectionCard(
        say("Botones", "Buttons"),
        row(save, Button(say("Imprimir", "Print"), icon="printer", shortcut="F8"), None),
        row(4, focused, 4, hint, change, None, margins=(0, 4, 0, 4)),
        row(everyone, Button(say("Agotados", "Out of stock"), "filter", count=4), shut, None),
        answer,
        pad=14,
    )


def _figures() -> QWidget:
    words = say("control|sin control|sin lectura|no vino", "controlled|not|no reading|missed").split("|")
    sparks = row(
        Sparkline([44, 47, 46, 51, 52, 55, 58], goal=60, size=(84, 28)),
        Sparkline([610, 640, 590, 0, 420, 660, 640], gaps=(3,), from_zero=True, size=(84, 28)),
        None,
        Text("1.3", "strong"),
        Measure(1.3, 6, mark=2.5, tone="warn"),
    )
    title = say("Barra 100 %, línea, medida", "100 % bar, line, measure")
    legend = Legend((words[0], words[1], words[2], words[3]))
    steps = StepList([say("Idioma", "Language"), say("Clínica", "Clinic"), say("Respaldo", "Backup")], across=True)
    steps.set_current(1)
    return SectionCard(title, Stack100((41, 21, 4, 5), height=20), legend, sparks, Rule(), steps, None, pad=14)


def _field(label: str, last: str, control: QWidget, unit: str) -> FieldRow:
    return FieldRow(label, control, last_value=last, unit=unit, label_width=112, last_width=110, slot=150)


def _number(text: str, placeholder: str = "") -> TextField:
    return TextField(text, width=90, align="right", placeholder=placeholder)


def _fields() -> QWidget:
    pressure = _field(say("Presión arterial", "Blood pressure"), "152/94 · 17-feb", _number("146/92"), "mmHg")
    pressure.set_chip("warn", say("Sobre la meta", "Above goal"))
    height = _field(say("Talla", "Height"), "151 · 16-ene", _number("1.51"), "cm")
    height.set_chip("bad", say("Imposible", "Impossible"))
    sentence = say("La talla va en centímetros. ¿151?", "Height is in centimetres. 151?")
    height.show_note("impossible", sentence, say("Usar 151", "Use 151"), lambda: None)
    weight = _field(say("Peso", "Weight"), "71.4 · 17-feb", _number("64.0"), "kg")
    weight.set_chip("warn", say("Poco probable", "Unlikely"))
    weight.control.set_state("warn")  # type: ignore[attr-defined]
    sugar = _field("HbA1c", "8.4 · 12-nov-2025", _number("", labels.DASH), "%")
    sugar.set_chip("due", say("Toca hoy", "Due today"))
    title = say("Campo: último valor a la izquierda", "Field: last value at left")
    return SectionCard(title, pressure, height, weight, sugar, pad=14, gap=6)


def _dialog() -> QWidget:
    question = Question(
        None,
        say("¿Marcar como fallecido?", "Mark as died?"),
        say(
            "DÍAZ LÓPEZ, Hermelindo saldrá de las listas y de los indicadores desde la fecha que anote. "
            "Se puede corregir después.",
            "DÍAZ LÓPEZ, Hermelindo leaves lists and indicators from that date. It can be corrected later.",
        ),
        primary=say("Marcar", "Mark"),
        width=516,
    )
    day = DateField(lambda _: "2026-03-15", name=say("Fecha", "Date"))
    day.set_value("2026-03-15")
    cause = TextField("", width=220)
    cause.setObjectName("cause")
    date_part = column(Text(say("Fecha", "Date"), "label"), day, gap=3)
    cause_part = column(Text(say("Causa (si se conoce)", "Cause (if known)"), "label"), cause, gap=3)
    question.add(row(date_part, cause_part, None, gap=12))
    question.setWindowFlags(Qt.WindowType.Widget)
    holder = box(column(question), "popup")
    question.setStyleSheet("QDialog { background: transparent; }")
    question.setModal(False)
    question.show()
    return SectionCard(
        say("Diálogo: una pregunta, dos botones", "Dialog: one question, two buttons"), holder, None, pad=14
    )


def _notes() -> QWidget:
    done, undo = Text(say("Consulta firmada.", "Encounter signed.")), Text(say("Deshacer  Ctrl+Z", "Undo  Ctrl+Z"))
    toast = row(done, None, undo, margins=(14, 0, 14, 0))
    strip = box(toast, "toast")
    strip.setFixedHeight(theme.px(40))
    return SectionCard(
        say("Avisos", "Notes"),
        strip,
        InlineNote(
            "ok",
            say("Copia de seguridad verificada", "Backup verified"),
            say("17-mar-2026 08:30 · se abrió y se contó", "17-Mar-2026 08:30 · opened and counted"),
        ),
        InlineNote(
            "warn",
            say("El reloj está antes del último registro", "The clock is before the last record"),
            say("17-mar-2019. Revise la fecha de Windows.", "17-Mar-2019. Check the date of Windows."),
            [Button(say("Revisar", "Review"), "ghost")],
        ),
        InlineNote(
            "draft",
            say("Se recuperó un borrador de las 10:42", "A draft of 10:42 was recovered"),
            "LÓPEZ PÉREZ, M. Elena",
            [Button(say("Descartar", "Discard"), "ghost"), Button(say("Continuar", "Continue"), "ghost")],
        ),
        pad=14,
    )


def _progress() -> QWidget:
    panel = ProgressPanel(
        say("Leyendo paquete 46 de Río Hondo", "Reading bundle 46 of Río Hondo"),
        cancel_text=say("Cancelar no deja nada a medias", "Cancelling leaves nothing halfway"),
    )
    panel.advance(1204, 1880)
    panel.setVisible(True)
    return SectionCard(say("Avance", "Progress"), panel, pad=14)


def _empty() -> QWidget:
    state = EmptyState(
        say("Aún no hay pacientes", "No patients yet"),
        say("Registre al primero o cargue un padrón.", "Register the first or load a list."),
        Button(say("Registrar", "Register"), "ghost", cap="F4"),
        Button(say("Importar", "Import"), "ghost"),
    )
    place = ComboField([Option("1", "Las Palmas", "El Mirador")], "1", name="Comunidad", placeholder="Comunidad")
    note = NoteField(say("Nota de varias líneas; Ctrl+↓ sale.", "Several lines; Ctrl+↓ leaves."), lines=2)
    return SectionCard(say("Vacío", "Empty"), state, Rule(), place, note, None, pad=14)
