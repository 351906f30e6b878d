"""Progress in mentoring: actions in time and late, and what is missed most."""

from __future__ import annotations

from datetime import date

from ces_desktop.domain.ids import named_id
from ces_desktop.domain.mentoring import Checklist, Item, Observed
from ces_desktop.domain.mentoring_progress import Tally, missed_most, tally

TODAY = date(2026, 3, 17)


def test_actions_are_in_time_late_open_overdue_or_dropped() -> None:
    held = [
        ("done", "2026-03-01", "2026-03-01"), ("done", "2026-03-02", "2026-03-01"), ("done", "2026-03-02", ""),
        ("open", "", "2026-03-16"), ("open", "", "2026-03-17"), ("open", "2026-03-01", ""),
        ("dropped", "2026-03-01", ""),
    ]  # fmt: skip
    found = tally(held, TODAY)
    assert found == Tally(in_time=2, late=1, open=3, overdue=1, dropped=1) and found.due == 4
    assert tally([], TODAY) == Tally() and Tally().due == 0


def test_versions_of_a_list_are_counted_together_and_what_was_not_seen_is_left_out() -> None:
    def version(n: int) -> Checklist:
        items = tuple(Item(named_id("i", f"{n}{c}"), c, {"es": f"{c}{n}", "en": c}, c == "b") for c in "abc")
        return Checklist(named_id("l", str(n)), "chronic", n, {"es": "L", "en": "L"}, items)

    one, two = version(1), version(2)
    lists = {each.id: each for each in (one, two)}
    consults = [
        Observed(named_id("o", "1"), None, one.id, results={one.items[0].id: "not", one.items[1].id: "partly"}),
        Observed(named_id("o", "2"), None, two.id, results={two.items[0].id: "met", two.items[1].id: "not_seen",
                                                           two.items[2].id: "met"}),
    ]  # fmt: skip
    found = missed_most(consults, lists, "es")
    assert [(m.text, m.missed, m.seen, m.critical) for m in found] == [("b1", 1, 1, True), ("a2", 1, 2, False)]
