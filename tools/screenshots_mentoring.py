"""Pictures of mentoring: a session signed, one being written, progress, checklists, handover, scorecard, papers.

Also with nothing yet, with the very first and with forty sessions, which no demonstration has.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QApplication

from ces_desktop.data.queries.mentoring_papers import ProgressPaper, session_paper
from ces_desktop.data.queries.mentoring_progress import progress
from ces_desktop.data.queries.mentoring_sessions import mentoring as sessions
from ces_desktop.domain.access import Role
from ces_desktop.domain.papers import Slip
from ces_desktop.reports.mentoring import progress_pdf, session_pdf
from ces_desktop.ui.print_frame import frame_of
from ces_desktop.ui.printing import Pdf
from tools.camera import SIZE, SMALL, Camera, save
from tools.mentored_clinic import mentored

DPI = 70
PLACES = {"mentoring": "mentoria", "mentoring_progress": "mentoria_avance", "checklists": "mentoria_listas",
          "handover": "entrega", "scorecard": "tablero"}  # fmt: skip
STATES = {"nada": (0, None, None), "primera": (1, 1, 0), "cuarenta": (40, 40, 5)}
"""Sessions, lines of a handover, years of scorecards; None = there is none."""


def mentoring(camera: Camera) -> None:
    """Every place of mentoring; for the one that is written the person at the keyboard mentors for a moment."""
    opened = camera.application.open
    assert opened is not None
    here, today, database = opened.database.installation.clinic, camera.window.today, opened.database
    for place, name in PLACES.items():
        camera.go(place)
        camera.take(name)
    files = database.read(partial(sessions, clinic=here)).files
    if not files:
        return
    camera.go("mentoring_session", files[0].session.id)
    camera.take("mentoria_sesion")
    tasks, before = camera.window.tasks, camera.window.tasks.actor
    tasks.actor = replace(before, roles=before.roles | {Role.MENTOR})
    camera.go("mentoring_edit")
    camera.take("mentoria_antes")
    tasks.actor = before
    frame = frame_of(camera.window)
    signed = files[min(1, len(files) - 1)].session.id
    held = database.read(partial(session_paper, clinic=here, session=signed, today=today))
    assert held is not None
    found = database.read(partial(progress, clinic=here, today=today, who=None, language="es"))
    for name, data in (
        ("papel_mentoria", session_pdf(held, Slip(), frame)),
        ("papel_mentoria_avance", progress_pdf(ProgressPaper(found, None), Slip(), frame)),
    ):  # fmt: skip
        pdf = Pdf(data)
        save(pdf.image(0, DPI), camera.folder / f"{name}.png")
        pdf.close()


def states(app: QApplication, root: Path, folder: Path) -> None:
    """The same places over nothing, the first and years of it; the longest also in a low and narrow window."""
    for name, (many, lines, years) in STATES.items():
        camera = Camera(app, root / name, folder)
        camera.application.enter(mentored(root / name, many, lines=lines, years=years))
        camera.settle()
        for place in ("mentoring", "mentoring_progress", "handover", "scorecard"):
            camera.go(place)
            camera.take(f"{PLACES[place]}_{name}")
        if name == "cuarenta":
            camera.resize(SMALL)
            for place in ("mentoring", "mentoring_progress"):
                camera.go(place)
                camera.take(f"{PLACES[place]}_{name}_1024x600")
            camera.resize(SIZE)
        camera.close()
