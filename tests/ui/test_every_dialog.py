"""Every dialog of the window, filled from sixty people: nothing clipped, named, in the window, left by Esc."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext

import pytest
from clipping import pseudo_language
from PySide6.QtWidgets import QDialog
from whole_window import LONGER, Shown, an_item, faults, people_of

from ces_desktop.data.queries.checklists import checklists, offered
from ces_desktop.data.queries.communities import known
from ces_desktop.data.queries.dispensing import prescriptions, sources_here
from ces_desktop.data.queries.duplicates import compared
from ces_desktop.data.queries.equipment import pieces
from ces_desktop.data.queries.households import household_file, household_rows
from ces_desktop.data.queries.issued_papers import Subject
from ces_desktop.data.queries.items import catalogue_items
from ces_desktop.data.queries.patient_view import patient_view
from ces_desktop.data.queries.patients import patient_file
from ces_desktop.data.queries.scorecard import CardItem
from ces_desktop.data.queries.seminars import seminars
from ces_desktop.data.queries.staff import people
from ces_desktop.data.queries.staff_requests import requests
from ces_desktop.data.queries.stock_card import item_page
from ces_desktop.data.queries.users import user_rows
from ces_desktop.domain.ids import Id, new_id
from ces_desktop.domain.scorecard import Counted
from ces_desktop.services.handover import HandoverRequest
from ces_desktop.services.papers import SEEN_BY, Archived, Issued
from ces_desktop.ui.dialogs import seminars as seminar_dialogs
from ces_desktop.ui.dialogs import staff, staff_requests
from ces_desktop.ui.dialogs.about import AboutDialog
from ces_desktop.ui.dialogs.allergy import AllergyDialog
from ces_desktop.ui.dialogs.archive import ArchiveDialog
from ces_desktop.ui.dialogs.checklist import ChecklistDialog
from ces_desktop.ui.dialogs.consent import ConsentDialog
from ces_desktop.ui.dialogs.counting import FoundDialog, StartDialog
from ces_desktop.ui.dialogs.dispensing import ExternalDialog, GiveDialog
from ces_desktop.ui.dialogs.equipment import EventDialog, PieceDialog
from ces_desktop.ui.dialogs.handover import IncomingDialog, WordsDialog
from ces_desktop.ui.dialogs.household import ChooseDialog, CreateDialog, EditDialog, JoinDialog
from ces_desktop.ui.dialogs.item import ItemDialog
from ces_desktop.ui.dialogs.keys import KeysDialog
from ces_desktop.ui.dialogs.kits import KitDialog
from ces_desktop.ui.dialogs.mentoring import RemarkDialog
from ces_desktop.ui.dialogs.merge import CompareDialog
from ces_desktop.ui.dialogs.passphrase import PassphraseDialog
from ces_desktop.ui.dialogs.pin import PinDialog
from ces_desktop.ui.dialogs.problem import ProblemDialog
from ces_desktop.ui.dialogs.programme import DayDialog, reasons_to_leave
from ces_desktop.ui.dialogs.results import ResultsDialog
from ces_desktop.ui.dialogs.scorecard import CardDialog, CardItemDialog
from ces_desktop.ui.dialogs.status import StatusDialog
from ces_desktop.ui.dialogs.supply import CorrectDialog, LotDialog, ShelfDialog, TakeOutDialog
from ces_desktop.ui.dialogs.supply_cycle import CycleDialog
from ces_desktop.ui.dialogs.user import UserDialog
from ces_desktop.ui.dialogs.vaccine import VaccineDialog
from ces_desktop.ui.moving import OtherClinicDialog
from ces_desktop.ui.pages.equipment_page import DONE
from ces_desktop.ui.pages.patient_timeline import TimelineDialog


def every_paper() -> list[Archived]:
    """One of each kind, in force and replaced."""
    of = {"stock_card": Subject(name_es="Beclometasona con formoterol inhalador", name_en="Beclometasone")}
    return [
        Archived(
            Issued(Id(bytes(16)), kind, "2026-03", f"CAP-0-{n:04d}", 1_773_684_000_000, "", "", None),
            of.get(kind, Subject("2026-03-16")),
            n % 3 > 0,
        )
        for n, kind in enumerate(SEEN_BY)
    ]


@pytest.mark.usefixtures("face")
@pytest.mark.parametrize("longer", [False, True], ids=["plain", "longer"])
@pytest.mark.parametrize("look", ["laptop", "small_large"])
def test_no_dialog_clips_its_words(show: Callable[[str, str], Shown], look: str, longer: bool) -> None:
    if longer and look != LONGER:
        look = "small"
    shown = show(look, "full")
    with pseudo_language() if longer else nullcontext():
        wrong = faults(shown, dialogs_of(shown))
    assert not wrong, "\n".join(wrong)


def dialogs_of(shown: Shown) -> Iterator[QDialog]:
    """Every dialog of the window, filled from the sixty people."""
    window, opened, (one, other, *_) = shown.window, shown.opened, people_of(shown)
    read, clinic, today = opened.database.read, shown.window.clinic.id, shown.window.today
    file, second = read(lambda c: patient_file(c, one)), read(lambda c: patient_file(c, other))
    match = read(lambda c: compared(c, clinic, one, other))
    houses, communities = read(lambda c: household_rows(c, clinic)), read(lambda c: known(c, clinic))
    house = read(lambda c: household_file(c, clinic, houses[0].id))
    user = read(lambda c: user_rows(c, clinic, today))[0]
    assert file is not None and second is not None and match is not None and house is not None
    yield StatusDialog(window, file, today)
    yield OtherClinicDialog(window)
    yield ArchiveDialog(window, ())
    yield ArchiveDialog(window, every_paper())
    yield ConsentDialog(window, file, today)
    view = read(lambda c: patient_view(c, clinic, one, today))
    assert view is not None
    form, new = view.form, new_id(0)
    yield AllergyDialog(window, file, form.allergies, today, new)
    yield ProblemDialog(window, window, file, form.conditions, new)
    yield DayDialog(window, file, today, "Baja", reasons=reasons_to_leave())
    yield VaccineDialog(window, file, today, new)
    yield ResultsDialog(window, file, form.last, (), today, codes=("hba1c", "sputum_smear", "imaging"))
    yield TimelineDialog(window, view.events)
    piece = read(lambda c: pieces(c, clinic))[0]
    yield PieceDialog(window, (), (), today, new)
    yield PieceDialog(window, (), (), today, new, piece)
    yield EventDialog(window, piece, ("fault",), today, new)
    yield EventDialog(window, piece, DONE, today, new)
    yield from staff_dialogs(shown)
    yield RemarkDialog(window, answer=True)
    yield RemarkDialog(window, answer=False)
    yield ChecklistDialog(window, new)
    yield ChecklistDialog(window, new, offered(read(lambda c: checklists(c, clinic)))[0])
    page = read(lambda c: item_page(c, clinic, an_item(shown), today))
    assert page is not None
    item = page.row.item
    yield TakeOutDialog(window, item, page.lots, today, new)
    yield CorrectDialog(window, item, page.card[0].movement, new)
    yield LotDialog(window, page.lots[0], today)
    yield ShelfDialog(window, item, page.row.kept, new)
    items = read(lambda c: catalogue_items(c, clinic))
    yield ItemDialog(window, items, new)
    yield ItemDialog(window, items, new, next(i for i in items if i.controlled))
    yield CompareDialog(window, file, second, match, today)
    yield CreateDialog(window, new_id(0), communities)
    yield EditDialog(window, house, communities)
    yield ChooseDialog(window, house.members[0], houses)
    yield JoinDialog(window, window, "Otra persona")
    yield UserDialog(window, window.tasks, opened)
    yield UserDialog(window, window.tasks, opened, user)
    yield PassphraseDialog(window, window.tasks, opened)
    yield PinDialog(window, window.tasks, opened, False)
    yield CycleDialog(window, {})
    signing = read(lambda c: user_rows(c, clinic, today))
    yield IncomingDialog(window, signing, new)
    yield IncomingDialog(window, signing, new, HandoverRequest(new, signing[0].id))
    yield CardDialog(window, new, baseline=False)
    for code in ("days_covered", "meetings_held", "committee_active"):
        yield CardItemDialog(window, CardItem(new, "community", code, "entered", Counted(3, 6), 50, ""))
    yield WordsDialog(window, "Renglón nuevo", "Lo que no está en ningún expediente.", "En sus palabras", required="x")
    sources = read(lambda c: sources_here(c, clinic, today))
    filled = read(lambda c: prescriptions(c, clinic, today))
    yield GiveDialog(window, next(x for p in filled for x in p.lines if x.item is not None), today)
    yield ExternalDialog(window, sources, today, new)
    yield StartDialog(window)
    yield FoundDialog(window, [s.item for s in sources], today, new, new)
    yield KitDialog(window, window, [s.item for s in sources], {}, {}, new)
    yield KeysDialog(window)
    yield AboutDialog(window)


def staff_dialogs(shown: Shown) -> Iterator[QDialog]:
    """What is asked about the people of the clinic."""
    window, clinic, today, new = shown.window, shown.window.clinic.id, shown.window.today, new_id(0)
    held = shown.opened.database.read(lambda c: people(c, clinic))
    one = next(p for p in held if p.absences and p.placement is not None and p.placement.state == "in_service")
    assert one.placement is not None
    yield staff.PersonDialog(window, held, (), today, (new, new))
    yield staff.PersonDialog(window, held, (), today, (new, new), one)
    yield staff.PlacementDialog(window, one, today, new)
    yield staff.PlacementDialog(window, one, today, new, one.placement)
    yield staff.MoveDialog(window, one, one.placement, today, access=True)
    yield staff.AbsenceDialog(window, one, today, new)
    yield staff.AbsenceDialog(window, one, today, new, one.absences[0])
    request = shown.opened.database.read(lambda c: requests(c, clinic))[0]
    names = [(p.id, p.name) for p in held]
    yield staff_requests.RequestDialog(window, names, today, new)
    yield staff_requests.RequestDialog(window, names, today, new, request)
    yield staff_requests.AnswerDialog(window, request, today, new, answers=True)
    quizzed = next(s for s in shown.opened.database.read(lambda c: seminars(c, clinic)) if s.answers)
    yield seminar_dialogs.SeminarDialog(window, today, new)
    yield seminar_dialogs.SeminarDialog(window, today, new, quizzed)
    yield seminar_dialogs.AttendanceDialog(window, quizzed, names)
    yield seminar_dialogs.QuestionsDialog(window, quizzed)
    yield seminar_dialogs.QuizDialog(window, quizzed, names, today)
