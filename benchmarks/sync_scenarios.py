"""Named scenarios of the synchronisation simulator: what random seeds see seldom, or cannot see at all.

Each is a function of a `Case` whose installations are fixed (two laptops in the first clinic, a mentor) and whose
clocks are right; it raises `Broken` when an invariant does not hold. By subject: `sync_order_scenarios`,
`sync_trust_scenarios`, `sync_loss_scenarios`; what they are made of: `sync_steps`.
"""

from __future__ import annotations

from collections.abc import Callable

from benchmarks import sync_loss_scenarios as loss
from benchmarks import sync_order_scenarios as order
from benchmarks import sync_trust_scenarios as trust
from benchmarks.sync_box import MakeBox
from benchmarks.sync_case import Case
from ces_desktop.sync.envelope import Envelope

Scenario = Callable[[Case], None]

SCENARIOS: tuple[Scenario, ...] = (
    order.a_held_op_waits_for_its_parent, order.a_held_op_is_applied_by_the_parent_alone, order.half_an_action_waits,
    trust.nobody_writes_under_anothers_name, trust.nobody_writes_elsewhere, trust.a_stranger_is_not_heard,
    trust.after_revocation_nothing_more, trust.a_bomb_is_not_unpacked, trust.a_later_format_is_left_alone,
    trust.malformed_content_is_quarantined, order.seen_edits_stand_whatever_the_clocks, order.a_mad_clock_drags_nobody,
    order.twice_and_in_any_order_is_once, loss.what_came_back_after_it_was_declared_lost,
    loss.a_restored_laptop_gets_its_own_back, loss.a_copied_disk_writes_its_own_log,
    loss.a_moved_disk_vouches_for_what_it_wrote, order.the_mentor_carries_it, order.two_laptops_meet_without_a_hub,
    trust.confidential_notes_stay, trust.confidential_notes_go_to_their_clinic, trust.an_altered_op_is_another_op,
    loss.an_import_is_killed_at_every_step,
    loss.the_stick_is_pulled_at_every_step, loss.a_hub_from_an_image_begins_anew,
    loss.what_is_confirmed_and_backed_up_survives,
    loss.a_stolen_laptop_is_replaced_from_a_whole_copy, loss.the_rest_of_an_action_is_lost,
    order.two_edits_that_did_not_meet, order.a_large_bundle_stands_part_by_part, order.no_part_ends_within_an_action,
)  # fmt: skip


def play(scenario: Scenario, make_box: MakeBox, envelope: Envelope) -> None:
    """Run one scenario; raises `Broken`."""
    case = Case(1, make_box, envelope, two=True, mentor=True)
    for site in case.sites:
        site.clock = 0
    try:
        scenario(case)
    finally:
        case.close()
