"""Pictures of the staff: who serves and the days with a physician, page by page and on paper."""

from __future__ import annotations

from ces_desktop.data.queries.staff import people
from ces_desktop.reports.staff import staff_pdf
from ces_desktop.ui.print_frame import frame_of
from ces_desktop.ui.printing import Pdf
from tools.camera import Camera, save

DPI = 70
PLACES = {"staff": "personal", "staff_requests": "solicitudes", "seminars": "seminarios"}


def staff(camera: Camera) -> None:
    """Every place of the staff."""
    opened = camera.application.open
    assert opened is not None
    here, today = opened.database.installation.clinic, camera.window.today
    for place, name in PLACES.items():
        camera.go(place)
        camera.take(name)
    held = opened.database.read(lambda c: people(c, here))
    pdf = Pdf(staff_pdf(held, here, today, frame_of(camera.window)))
    save(pdf.image(0, DPI), camera.folder / "papel_personal.png")
    pdf.close()
