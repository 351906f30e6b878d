"""Pictures of care beyond the consult: rescue, indicators, reports, laboratory, history, import; care on paper."""

from __future__ import annotations

from datetime import date
from functools import partial

from sqlalchemy import func, select

from ces_desktop import __version__
from ces_desktop.data.models import EncounterRecord, PrescriptionRecord
from ces_desktop.data.queries import monthly, prints
from ces_desktop.data.queries.patient_view import patient_view
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.ids import Id
from ces_desktop.reports import consult as consult_papers
from ces_desktop.reports import monthly as monthly_papers
from ces_desktop.reports.contingency import BLANKS, blank_pdf
from ces_desktop.reports.day import day_pdf
from ces_desktop.reports.document import Frame
from ces_desktop.reports.patients import card_pdf, summary_pdf
from ces_desktop.ui.printing import Pdf
from tools.camera import Camera, save
from tools.screenshots_consult import _enrolled

DPI = 70


def care(camera: Camera) -> None:
    """Every place of care, then the papers."""
    who = _enrolled(camera)[0]
    for key, name in (
        ("rescue", "rescate"), ("indicators", "indicadores"), ("reports", "informes"), ("laboratory", "laboratorio"),
        ("import_register", "importar_registro"), ("handover", "entrega"), ("scorecard", "tablero"),
    ):  # fmt: skip
        camera.go(key)
        camera.take(name)
    camera.go("patient", who)
    camera.take("paciente_cronico")
    camera.go("history", who)
    camera.take("historia_clinica")
    _papers(camera, who)


def _papers(camera: Camera, who: Id) -> None:
    """Every page of the month, a day, the blank forms, a consult note and its prescription."""
    opened = camera.application.open
    assert opened is not None
    facts, here = opened.facts, opened.database.installation.clinic
    frame = Frame(
        clinic_name=facts["name"], official_name=facts["official_name"], clues=facts["clues"],
        municipality=facts["municipality"], prefix=facts["prefix"], made_at_ms=opened.database.clock(),
        user_name=opened.actor.name, app_version=__version__, demo=True,
    )  # fmt: skip
    today = camera.window.today
    month = month_add(today.replace(day=1), -1).isoformat()[:7]
    report = opened.database.read(partial(monthly.monthly_report, clinic=here, month=month, today=today))
    issue = monthly_papers.Issue(folio="DEM-0-0001")
    _save(camera, monthly_papers.monthly_pdf(report, issue, frame), tuple(f"papel_mes_{n}" for n in range(1, 7)))
    e = EncounterRecord
    full = select(e.happened_on).where(e.live == 1).group_by(e.happened_on).order_by(func.count().desc(), e.happened_on)
    day = date.fromisoformat(opened.database.read(lambda c: c.execute(full).scalars().first()) or today.isoformat())
    seen = opened.database.read(partial(prints.day_paper, clinic=here, day=day))
    _save(camera, day_pdf(seen, day, frame), ("papel_hoja_diaria",))
    for form in BLANKS:
        _save(camera, blank_pdf(form, frame), (f"papel_formato_{form}",))
    r = PrescriptionRecord
    query = select(r.encounter).where(r.live == 1).order_by(r.happened_on.desc())
    encounter = opened.database.read(lambda c: c.execute(query).scalars().first())
    assert encounter is not None
    paper = opened.database.read(partial(prints.consult_paper, clinic=here, encounter=Id(encounter)))
    assert paper is not None
    _save(camera, consult_papers.consult_pdf(paper, frame), ("papel_consulta",))
    _save(camera, consult_papers.prescription_pdf(paper, frame), ("papel_receta",))
    view = opened.database.read(partial(patient_view, clinic=here, patient=who, today=today))
    assert view is not None
    _save(camera, card_pdf(view.form.file, frame, view.form), ("papel_tarjeta",))
    _save(camera, summary_pdf(view.form.file, today, frame, view.form), ("papel_resumen",))


def _save(camera: Camera, data: bytes, names: tuple[str, ...]) -> None:
    pdf = Pdf(data)
    for page, name in enumerate(names):
        save(pdf.image(page, DPI), camera.folder / f"{name}.png")
    pdf.close()
