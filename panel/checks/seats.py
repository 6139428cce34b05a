"""What must hold of places on panels and of who was there, as queries over the live database."""

from typing import Final

from crowdfund_kent.invariants import Rule

RULES: Final = (
    Rule(
        "a place on a panel is given by somebody else",
        "to whoever holds, or held, the role of a member or chair for that fund, and never to oneself",
        "SELECT 'panel_seat ' || s.id AS offender FROM panel_seat s WHERE s.given_by_id = s.person_id"
        " OR NOT EXISTS (SELECT 1 FROM staff_role r WHERE r.person_id = s.person_id"
        " AND r.role IN ('panel member', 'panel chair') AND (r.fund_id IS NULL OR r.fund_id = s.fund_id)) ORDER BY s.id",
    ),
    Rule(
        "one person has one place, and a panel one chair",
        "of two places of one fund that count on one day neither are both its chair's nor both one person's",
        "SELECT 'panel_seat ' || b.id AS offender FROM panel_seat a JOIN panel_seat b ON a.fund_id = b.fund_id"
        " AND a.id < b.id AND (a.person_id = b.person_id OR (a.kind = 'chair' AND b.kind = 'chair'))"
        " AND a.from_day <= least(b.to_day, b.ended_on - 1) AND b.from_day <= least(a.to_day, a.ended_on - 1)"
        " AND (a.ended_on IS NULL OR a.ended_on > a.from_day) AND (b.ended_on IS NULL OR b.ended_on > b.from_day)"
        " ORDER BY b.id",
    ),
    Rule(
        "who was there has a place, and reserves were called",
        "attendance is of places of the round's own fund; a reserve was called, with a reason; the chair or a deputy chaired",
        "SELECT 'panel_attendance ' || a.id AS offender FROM panel_attendance a JOIN panel_round r ON r.id = a.round_id"
        " JOIN panel_seat s ON s.id = a.seat_id WHERE s.fund_id <> r.fund_id"
        " OR (s.kind = 'reserve') <> (a.called_at IS NOT NULL) OR (a.called_at IS NULL) <> (a.called_because = '')"
        " OR (a.chaired AND (NOT a.present OR s.kind NOT IN ('chair', 'deputy chair'))) ORDER BY a.id",
    ),
)
