"""Pictures of the consult: typed, renewed, asked before the signature, signed; waiting room and late entry."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from ces_desktop.data.models import EncounterRecord, EnrolmentRecord
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.domain.visits import Measured
from ces_desktop.errors import Refused
from ces_desktop.services import visits
from ces_desktop.services.visits import Arrival
from ces_desktop.ui.pages.consult_page import ConsultPage
from tools.camera import SIZE, SMALL, Camera


def consults(camera: Camera) -> None:
    """Everything about consults, over the demonstration clinic."""
    who = _enrolled(camera)
    page = _open(camera, who[0])
    _type(page, {"systolic": "146", "diastolic": "92", "weight": "70.8"})
    camera.take("consulta")
    assert page.form is not None
    page.renew()
    if page.form.prescription.editors:
        page.form.prescription.editors[0].doses[0].set_value("½")
        page.form.prescription.editors[0]._dose_changed()
    page.go_to("prescription")
    camera.take("consulta_receta")
    page.go_to("vitals")
    page.primary()
    camera.take("consulta_por_firmar")
    camera.resize(SMALL)
    camera.take("consulta_1024x600")
    camera.resize(SIZE)
    _waiting(camera, who[1:4])
    camera.window.open_page("late")
    camera.settle()
    late: Any = camera.window.page
    late.day.set_value((camera.window.today - timedelta(days=5)).isoformat())
    late.reload()
    camera.take("captura_atrasada")
    camera.window.open_encounter(_last(camera, who[0]))
    camera.take("consulta_firmada")


def _open(camera: Camera, who: Id) -> ConsultPage:
    camera.window.open_consult(who)
    camera.settle()
    page = camera.window.page
    assert isinstance(page, ConsultPage)
    return page


def _type(page: ConsultPage, values: dict[str, str]) -> None:
    assert page.form is not None
    for row in page.form.measure_rows().values():
        held = {code: values[code] for code in row.codes if code in values}
        if held:
            row.fill(held)
    page._changed()
    page._save_draft()


def _waiting(camera: Camera, people: list[Id]) -> None:
    """Three people come; the nurse took what she could."""
    opened = camera.application.open
    assert opened is not None
    taken = (
        (Measured("systolic", 150), Measured("diastolic", 94), Measured("weight", 68_200)),
        (Measured("temperature", 385),),
        (),
    )
    for who, values in zip(people, taken, strict=False):
        request = Arrival(who, new_id(opened.database.clock()), "control", values)
        with suppress(Refused):  # the demonstration may have them waiting already
            opened.database.write(partial(visits.arrive, request=request), opened.actor)
    camera.window.open_page("waiting")
    camera.take("sala")


def _enrolled(camera: Camera) -> list[Id]:
    """People in both programmes first, then others."""
    opened = camera.application.open
    assert opened is not None
    m = EnrolmentRecord
    rows = opened.database.read(lambda c: c.execute(select(m.patient, m.programme).where(m.live == 1)).all())
    programmes: dict[Id, set[str]] = {}
    for row in rows:
        programmes.setdefault(Id(row.patient), set()).add(row.programme)
    e = EncounterRecord
    query = select(e.patient, e.happened_on).where(e.live == 1).order_by(e.happened_on)
    seen = {Id(r.patient): r.happened_on for r in opened.database.read(lambda c: c.execute(query).all())}
    lately = sorted(programmes, key=lambda who: seen.get(who) or "", reverse=True)
    return sorted(lately, key=lambda who: -len(programmes[who]))


def _last(camera: Camera, who: Id) -> Id:
    opened = camera.application.open
    assert opened is not None
    e = EncounterRecord
    query = select(e.id).where(e.patient == who, e.live == 1).order_by(e.happened_on.desc())
    found = opened.database.read(lambda c: c.execute(query).scalars().first())
    assert found is not None
    return Id(found)
