"""Pictures of care beyond the consult: rescue, indicators, reports, laboratory, history, import; care on paper."""

from __future__ import annotations

from functools import partial

from sqlalchemy import select

from ces_desktop import __version__
from ces_desktop.data.models import PrescriptionRecord
from ces_desktop.data.queries import monthly, prints
from ces_desktop.domain.calendar import month_add
from ces_desktop.domain.ids import Id
from ces_desktop.reports import consult as consult_papers
from ces_desktop.reports import monthly as monthly_papers
from ces_desktop.reports.document import Frame
from ces_desktop.ui.printing import Pdf
from tools.camera import Camera, save
from tools.screenshots_consult import _enrolled

DPI = 70


def care(camera: Camera) -> None:
    """Every place of care, then the papers."""
    who = _enrolled(camera)[0]
    for key, name in (
        ("rescue", "rescate"), ("indicators", "indicadores"), ("reports", "informes"), ("laboratory", "laboratorio"),
        ("import_register", "importar_registro"),
    ):  # fmt: skip
        camera.go(key)
        camera.take(name)
    camera.go("patient", who)
    camera.take("paciente_cronico")
    camera.go("history", who)
    camera.take("historia_clinica")
    _papers(camera)


def _papers(camera: Camera) -> None:
    """The month's first three pages, a consult note and its prescription."""
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
    _save(camera, monthly_papers.monthly_pdf(report, issue, frame), ("papel_mes_1", "papel_mes_2", "papel_mes_3"))
    r = PrescriptionRecord
    query = select(r.encounter).where(r.live == 1).order_by(r.happened_on.desc())
    encounter = opened.database.read(lambda c: c.execute(query).scalars().first())
    assert encounter is not None
    paper = opened.database.read(partial(prints.consult_paper, clinic=here, encounter=Id(encounter)))
    assert paper is not None
    _save(camera, consult_papers.consult_pdf(paper, frame), ("papel_consulta",))
    _save(camera, consult_papers.prescription_pdf(paper, frame), ("papel_receta",))


def _save(camera: Camera, data: bytes, names: tuple[str, ...]) -> None:
    pdf = Pdf(data)
    for page, name in enumerate(names):
        save(pdf.image(page, DPI), camera.folder / f"{name}.png")
    pdf.close()
