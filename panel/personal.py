"""The personal data of the panel: who sat, which interests they told, what groups wrote, and who asked for information."""

from crowdfund_kent.personal.register import EVENT_COLUMNS, Part, Sheet, Text, Whose
from panel.models import InformationRequest, Interest, Pitch, PitchInterest, ScoreSheet, Seat, Vote
from panel.redacting import cut_text, names_pattern

PROGRAMME = "for the life of the programme, without names"
TWO_YEARS = "2 years after the decision, where nothing was awarded"
ANSWERED = "2 years after the answer"


async def collect(one: Whose) -> list[Sheet]:
    """Everything that a member of a panel, or an officer, left on its record; and requests with this address."""
    seats = await Seat.filter(person_id=one.person_id).order_by("id").select_related("fund")
    interests = await Interest.filter(person_id=one.person_id).order_by("id")
    told = await PitchInterest.filter(person_id=one.person_id).order_by("id").select_related("pitch__project")
    sheets = await ScoreSheet.filter(person_id=one.person_id).order_by("id").select_related("pitch__project")
    votes = await Vote.filter(person_id=one.person_id).order_by("id").select_related("recommendation__pitch__project")
    asked = await InformationRequest.filter(contact__iexact=one.email).order_by("id")
    return [
        Sheet(
            "Your places on panels",
            ("Fund", "Place", "As", "From", "To", "Ended"),
            [(row.fund.name, row.kind, row.post, row.from_day, row.to_day, row.ended_on) for row in seats],
        ),
        Sheet(
            "Interests you told us",
            ("About", "Kind", "Means", "Words", "From", "Ended"),
            [(row.body, row.nature, row.bar, row.words, row.from_day, row.ended_on) for row in interests],
        ),
        Sheet(
            "Interests in projects before a panel",
            ("Project", "Kind", "Means", "Words", "How it was found", "When"),
            [(row.pitch.project.title, row.nature, row.bar, row.words, row.found, row.recorded_at) for row in told],
        ),
        Sheet(
            "Scores you gave",
            ("Project", "Reason", "When"),
            [(row.pitch.project.title, row.reason, row.given_at) for row in sheets],
        ),
        Sheet(
            "Your votes",
            ("Project", "Vote", "When"),
            [(row.recommendation.pitch.project.title, row.choice, row.at) for row in votes],
        ),
        Sheet(
            "Information you asked for",
            ("Reference", "Words", "Received", "State"),
            [(row.reference, row.words, row.received_on, row.status) for row in asked],
        ),
    ]


async def erase(one: Whose) -> list[str]:
    """That there was an interest, and that it barred, stays with the decision; the words about the person go."""
    words: list[str] = []
    for interest in await Interest.filter(person_id=one.person_id):
        words += [interest.body, interest.words]
    await Interest.filter(person_id=one.person_id).update(body="", words="")
    for told in await PitchInterest.filter(person_id=one.person_id):
        words.append(told.words)
    await PitchInterest.filter(person_id=one.person_id).update(words="")
    for asked in await InformationRequest.filter(contact__iexact=one.email):
        words += [asked.asker, asked.contact]
        # what they wrote of themselves goes too, where an answer was not sent yet; what was sent went without it
        names = names_pattern([one for one in (asked.asker, asked.contact) if one.strip()])
        asked.words, asked.asker, asked.contact = cut_text(asked.words, (), names)[0], "", ""
        await asked.save(update_fields=["words", "asker", "contact"])
    return words


async def blockers(one: Whose) -> list[str]:
    """Who sits in a round that is not signed finishes it, or gives the place back, first."""
    open_rounds = await Pitch.filter(
        round__status__in=["scoring", "meeting"], round__fund__seats__person_id=one.person_id
    ).exists()
    if open_rounds:
        return ["You sit on a panel that is deciding now. Wait until its list is signed, or ask for your place to end."]
    return []


PART = Part(
    "panel",
    texts=(
        Text("panel_interest", ("body", "words"), "Interests of members and officers", PROGRAMME, "emptied"),
        Text("pitch_interest", ("words",), "Interests in one pitch", PROGRAMME, "emptied; that there was one stays"),
        Text("pitch", ("why", "place_reason"), "What a group wrote to a panel", TWO_YEARS, "stays: the group's words"),
        Text("pitch_answer", ("words",), "What a group answered", TWO_YEARS, "stays: the group's words"),
        Text("score_sheet", ("reason",), "Why points were given", PROGRAMME, "stays: it may be released"),
        Text("score", ("reason",), "Why points were given", PROGRAMME, "stays: it may be released"),
        Text(
            "panel_recommendation",
            ("reasons", "alternatives", "feedback", "purpose_reason"),
            "Why a pitch was decided as it was",
            PROGRAMME,
            "stays: a decision about public money",
        ),
        Text("panel_round", ("minutes",), "Minutes of a meeting", PROGRAMME, "stays: roles, no names"),
        Text(
            "pitch_hold",
            ("reason", "agreed_reason", "release_reason"),
            "Why a pitch was held",
            PROGRAMME,
            "stays: a decision",
        ),
        Text("pitch_review", ("words", "answer"), "A review of process", PROGRAMME, "stays: a decision"),
        Text("information_request", ("asker", "contact"), "Who asked for information", ANSWERED, "emptied"),
        Text("information_request", ("words", "answer"), "What was asked and answered", ANSWERED, "without who asked"),
        Text("information_redaction", ("words",), "Words left out of an answer", ANSWERED, "stays, never shown"),
    ),
    harmless={
        "panel_seat": ("kind", "post"),
        "panel_round": ("status", "slug", "name", "place", "declined_shown"),
        "panel_round_event": EVENT_COLUMNS,
        "panel_criterion": ("name", "about"),
        "panel_attendance": ("called_because",),
        "panel_interest": ("nature", "bar"),
        "pitch": ("status", "reference", "place_kinds", "submitted"),
        "pitch_event": EVENT_COLUMNS,
        "pitch_interest": ("nature", "bar", "found"),
        "pitch_hold": ("kind",),
        "pitch_review": ("status", "outcome"),
        "pitch_review_event": EVENT_COLUMNS,
        "panel_recommendation": ("outcome", "fitting"),
        "panel_vote": ("choice",),
        "panel_decision": ("outcome", "calculation"),
        "information_request": (
            "status",
            "reference",
            "title",
            "scope",
            "looked",
            "bundle",
            "refused_because",
            "bundle_key",
            "bundle_sha256",
        ),
        "information_request_event": EVENT_COLUMNS,
        "information_redaction": ("item", "exemption", "reason"),
    },
    collect=collect,
    erase=erase,
    blockers=blockers,
)
