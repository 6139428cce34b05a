"""What groups and backers said when they were asked (evaluation/surveys): response, answers, and who answered.

A figure of answers is made of rounds that were over by the end of the day, and of no day in between: nothing that one group or
one backer sent changes it. Rounds with few answers wait and are told with the next ones (rules.told_until), question by
question. The questions stand in evaluation/surveys/questionnaires.py, word for word.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from evaluation.indicators.kinds import Found, Indicator, Part, Section, Shown, Unit, nothing, ratio
from evaluation.indicators.world import World
from evaluation.kinds import Objective
from evaluation.scope import Records
from evaluation.surveys.kinds import SurveyKind
from evaluation.surveys.questionnaires import ABOUT_YOU, CURRENT, Question
from evaluation.surveys.rules import TOO_FEW, told_until

_PAST: Final = "of records of the past nobody is asked"
_NOBODY: Final = "nobody was asked yet"
_RUNNING: Final = "no round is over yet: answers are told once it is"
FEW: Final = f"too few to tell: fewer than {TOO_FEW} answers in rounds that are over"
_SENT: Final = "survey_round, survey_invitation_event, survey_answer"
_LIMITS: Final = (
    f"Only of those who answered, in rounds that are over. Rounds are told together, {TOO_FEW} answers or more at once; what"
    " fewer than five chose is left out, and so is what nobody chose."
)
_WHO: Final = {
    SurveyKind.PROJECT: "groups, when their project was over",
    SurveyKind.YEAR: "groups, twelve months after delivery",
    SurveyKind.BACKER: "backers who paid",
}
_NAMES: Final = {
    SurveyKind.PROJECT: "Groups whose project was over",
    SurveyKind.YEAR: "Groups twelve months on",
    SurveyKind.BACKER: "Backers",
}
_WHERE: Final = {
    SurveyKind.PROJECT: Section.WORKED,
    SurveyKind.YEAR: Section.WORKED,
    SurveyKind.BACKER: Section.WORKED,
}


def _answers(kind: SurveyKind, question: Question) -> Indicator:
    """How often each answer was chosen."""
    which = ", each of those that fit" if question.many else ""
    return Indicator(
        key=f"asked_{kind}_{question.key}",
        name=f"Answers of {_WHO[kind]}: {question.words}",
        question=question.words,
        definition=f"How many of the {_WHO[kind]} had answered “{question.words}” in rounds that were over by that day, and what"
        f" they chose{which}.",
        formula="number of invitations of rounds that are over that were answered with an answer to this question",
        unit=Unit.COUNT,
        numerator="answers",
        denominator="none",
        source=_SENT,
        serves=Objective.SECTOR,
        limits=_LIMITS,
        section=_WHERE[kind],
        shown=Shown.ANSWERS,
        parts=("answer",),
    )


def _share(key: str, name: str, question: str, definition: str, formula: str) -> Indicator:
    return Indicator(
        key=key,
        name=name,
        question=question,
        definition=definition,
        formula=formula,
        unit=Unit.SHARE,
        numerator="see the formula",
        denominator="answers to the question, without “can’t say”",
        source=_SENT,
        serves=Objective.SECTOR,
        limits=f"{_LIMITS} What groups and backers think would have happened is not proof of it.",
        section=Section.WORKED,
        shown=Shown.ANSWERS,
    )


def response_of(kind: SurveyKind) -> str:
    """The key of this kind's response."""
    return f"asked_{kind}_response"


def asked_of(kind: SurveyKind) -> str:
    """The key of how many of this kind were asked."""
    return "asked_backers" if kind is SurveyKind.BACKER else f"asked_{kind}_number"


def answered_of(kind: SurveyKind) -> str:
    """The key of how many of them answered."""
    return f"{asked_of(kind)}_answered"


def _response(kind: SurveyKind) -> Indicator:
    people = kind is SurveyKind.BACKER
    return Indicator(
        key=response_of(kind),
        name=f"Response of {_WHO[kind]}",
        question="How many of those we asked answered?",
        definition=f"Of the {_WHO[kind]}, who were asked in rounds that were over by that day, those who had sent answers.",
        formula="invitations that were answered divided by invitations, of rounds that are over",
        unit=Unit.SHARE,
        numerator="invitations that were answered",
        denominator="invitations of rounds that are over",
        source="survey_round, survey_invitation_event",
        serves=Objective.RELATIONSHIP,
        limits="Who does not answer may think otherwise."
        + (" Backers whom we can't write to, and those who want no such e-mails, are not asked." if people else ""),
        section=Section.RUNNING,
        shown=Shown.ASKED,
    )


def _number(kind: SurveyKind, *, who_answered: bool) -> Indicator:
    """One of both numbers of a response."""
    did = "who answered" if who_answered else "who were asked"
    name = f"{_NAMES[kind]} {did}"
    return Indicator(
        key=(answered_of if who_answered else asked_of)(kind),
        name=name,
        question="How many is the response made of?",
        definition=f"Of the {_WHO[kind]}: those {did}, in rounds that were over by that day.",
        formula="number of invitations of rounds that are over" + (" that were answered" if who_answered else ""),
        unit=Unit.COUNT,
        numerator=name.lower(),
        denominator="none",
        source="survey_round, survey_invitation_event",
        serves=Objective.RELATIONSHIP,
        limits="Once a year each at most, whatever they back."
        if kind is SurveyKind.BACKER
        else "Once for each project.",
        section=Section.RUNNING,
        shown=Shown.ASKED,
    )


def _about(question: Question) -> Indicator:
    return Indicator(
        key=f"about_{question.key.replace(' ', '_')}",
        name=f"Of those who answered: {question.words}",
        question="Whom do we hear, and whom not?",
        definition="How many of those who answered our questions also sent the sheet about themselves, and what they chose for"
        f" “{question.words}”.",
        formula="sum of the counters of rounds that are over",
        unit=Unit.COUNT,
        numerator="sheets",
        denominator="none",
        source="survey_about_you, survey_round",
        serves=Objective.CONDITIONS,
        limits="Optional. Counted apart from all answers, and told once a round is over, with others where it holds fewer than"
        f" {TOO_FEW} sheets; what fewer than five chose is left out, and so is what nobody chose.",
        section=Section.SPREAD,
        shown=Shown.ANSWERS,
        parts=("answer",),
    )


# key -> kind, question, answers that count, all answers that can be told
_SHARES: Final[Mapping[str, tuple[SurveyKind, str, tuple[str, ...], tuple[str, ...]]]] = {
    "asked_not_without": (SurveyKind.PROJECT, "without_match", ("no",), ("yes", "smaller", "later", "no")),
    "asked_not_the_same": (
        SurveyKind.PROJECT,
        "without_match",
        ("smaller", "later", "no"),
        ("yes", "smaller", "later", "no"),
    ),
    "asked_anyway": (SurveyKind.PROJECT, "anyway", ("yes", "smaller"), ("yes", "smaller", "later", "no")),
    "asked_still_going": (SurveyKind.YEAR, "going", ("more", "yes", "less"), ("more", "yes", "less", "paused", "no")),
    "asked_gave_for_match": (SurveyKind.BACKER, "without_match", ("less", "no"), ("same", "less", "no", "unknown")),
    "asked_give_again": (SurveyKind.BACKER, "again", ("yes",), ("yes", "maybe", "no")),
}
INDICATORS: Final = (
    _share(
        "asked_not_without",
        "Would not have gone ahead without the match, as groups say",
        "Did the match make the difference, as groups see it?",
        "Of the groups with a match who answered, those who said that their project would not have gone ahead without it.",
        "answers “no” divided by answers “yes”, “smaller”, “later” and “no”",
    ),
    _share(
        "asked_not_the_same",
        "Would not have gone ahead just the same, as groups say",
        "Did the match make the difference, as groups see it?",
        "Of the groups with a match who answered, those who said that without it their project would have been smaller, later,"
        " or not at all.",
        "answers “smaller”, “later” and “no” divided by those and “yes”",
    ),
    _share(
        "asked_anyway",
        "Went ahead although the campaign missed its target, as groups say",
        "What becomes of projects that are not funded?",
        "Of the groups whose campaign did not bring in what it needed and who answered, those whose project went ahead all the"
        " same, as planned or smaller.",
        "answers “as planned” and “smaller” divided by those, “not yet” and “no”",
    ),
    _share(
        "asked_still_going",
        "Still going twelve months after delivery, as groups say",
        "Does it last?",
        "Of the groups asked twelve months after delivery who answered, those where what the project began is still going, also"
        " where there is less of it.",
        "answers that it is going divided by those, “stopped for now” and “no”",
    ),
    _share(
        "asked_gave_for_match",
        "Would have given less or nothing without the match, as backers say",
        "Does the match bring backers?",
        "Of the backers of matched campaigns who answered, those who said that they would have pledged less or nothing if no"
        " council or fund had added money.",
        "answers “less” and “no” divided by those, “as much” and “did not know”",
    ),
    _share(
        "asked_give_again",
        "Would back a local project again, as backers say",
        "Was it good for backers?",
        "Of the backers who answered, those who said that they would back a local project here again.",
        "answers “yes” divided by those, “perhaps” and “no”",
    ),
    *(
        _answers(kind, question)
        for kind, survey in CURRENT.items()
        for question in survey.questions
        if not question.is_words
    ),
    *(_response(kind) for kind in SurveyKind),
    *(_number(kind, who_answered=answered) for kind in SurveyKind for answered in (False, True)),
    *(_about(question) for question in ABOUT_YOU),
)
# $1, $2: true and known before; $3: marks of generated records; $4: the day. Of a round that is over nothing changes any more
_ASKED: Final = """
WITH asked AS (
    SELECT i.id, i.kind, r.last_day, r.last_day <= $4 AND coalesce(r.closed_at < $2, false) AS is_over, s.status
    FROM survey_invitation i JOIN campaign c ON c.id = i.campaign_id JOIN survey_round r ON r.id = i.round_id
    JOIN LATERAL (SELECT (array_agg(e.new ORDER BY e.effective_at DESC, e.id DESC))[1] AS status
        FROM survey_invitation_event e WHERE e.subject_id = i.id AND e.effective_at < $1 AND e.recorded_at < $2) s
        ON s.status IS NOT NULL
    WHERE c.generated = ANY($3::boolean[]))
"""
_RESPONSES: Final = f"""{_ASKED}
SELECT kind, last_day, is_over, count(*) AS asked, count(*) FILTER (WHERE status = 'answered') AS answered FROM asked
GROUP BY 1, 2, 3
"""
_ANSWERS: Final = f"""{_ASKED},
answers AS (
    SELECT DISTINCT ON (a.invitation_id, a.question) i.kind, i.last_day, a.invitation_id, a.question, a.choices
    FROM survey_answer a JOIN asked i ON i.id = a.invitation_id
    WHERE i.status = 'answered' AND i.is_over AND a.effective_at < $1 AND a.recorded_at < $2
    ORDER BY a.invitation_id, a.question, a.effective_at DESC, a.id DESC)
SELECT kind, question, last_day, '' AS key, count(*) AS n FROM answers GROUP BY 1, 2, 3
UNION ALL SELECT kind, question, last_day, k.key, count(*) FROM answers
    CROSS JOIN LATERAL unnest(string_to_array(choices, ',')) k(key) WHERE k.key <> '' GROUP BY 1, 2, 3, 4
"""
# each question is counted once a sheet: "" is how many there are
_SHEETS: Final = """
SELECT a.question, r.last_day, coalesce(a.answer, '') AS key, sum(a.count)::bigint AS n
FROM survey_about_you a JOIN survey_round r ON r.id = a.round_id WHERE r.last_day <= $1 AND r.closed_at < $2
GROUP BY GROUPING SETS ((a.question, r.last_day, a.answer), (a.question, r.last_day))
"""
Counts = Counter[str]
ByDay = dict[date, Counts]  # by the last day of rounds that are over


async def measure(world: World) -> dict[str, Found]:
    """Everything that was said."""
    if world.scope.records is Records.GENERATED:
        return {one.key: nothing(_PAST) for one in INDICATORS}
    scope = world.scope
    dates = (scope.moment, scope.recorded, scope.marks, scope.as_at)
    asked = await world.rows(_RESPONSES, *dates)
    why = {kind: _why({row["is_over"] for row in asked if row["kind"] == kind}) for kind in SurveyKind}
    sent = _by_question(await world.rows(_ANSWERS, *dates))
    sheets = _by_question(await world.rows(_SHEETS, scope.as_at, scope.recorded))
    return {
        **_responses(asked, why),
        **{
            key: _share_of(_told(sent.get((kind, question), {})), some, every, why[kind])
            for key, (kind, question, some, every) in _SHARES.items()
        },
        **{
            f"asked_{kind}_{one.key}": _table(one, _told(sent.get((kind, one.key), {})), why[kind])
            for kind, survey in CURRENT.items()
            for one in survey.questions
            if not one.is_words
        },
        **{
            f"about_{one.key.replace(' ', '_')}": _table(
                one, _told(sheets.get(("", one.key), {})), _why({row["is_over"] for row in asked})
            )
            for one in ABOUT_YOU
        },
    }


def _why(are_over: set[bool]) -> str:
    """Why nothing is told, where nothing is."""
    return FEW if True in are_over else _RUNNING if are_over else _NOBODY


def _by_question(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], ByDay]:
    found: dict[tuple[str, str], ByDay] = {}
    for row in rows:
        days = found.setdefault((row.get("kind", ""), row["question"]), {})
        days.setdefault(row["last_day"], Counter())[row["key"]] += row["n"]
    return found


def _told(days: ByDay, key: str = "") -> Counts:
    """What may be told, added up; nothing while all rounds wait. `key`: what a round must hold enough of."""
    until = told_until({day: counts[key] for day, counts in days.items()})
    return sum((counts for day, counts in days.items() if until and day <= until), Counter())


def _responses(rows: Sequence[Mapping[str, Any]], why: Mapping[SurveyKind, str]) -> dict[str, Found]:
    found = {}
    for kind in SurveyKind:
        days: ByDay = {}
        for row in rows:
            if row["kind"] == kind and row["is_over"]:
                days.setdefault(row["last_day"], Counter()).update(asked=row["asked"], answered=row["answered"])
        told = _told(days, "answered")
        found[response_of(kind)] = ratio(told["answered"], told["asked"], why[kind])
        for key, name in ((asked_of(kind), "asked"), (answered_of(kind), "answered")):
            found[key] = Found(told[name], told[name]) if told else nothing(why[kind])
    return found


def _table(question: Question, counts: Counts, why: str) -> Found:
    """How many answered, by what they chose."""
    whole = counts[""]
    if not whole:
        return nothing(why)
    parts = tuple(Part(key, words, counts[key], counts[key]) for key, words in question.names.items())
    return Found(whole, whole, people=whole, parts={"answer": parts})


def _share_of(counts: Counts, some: tuple[str, ...], every: tuple[str, ...], why: str) -> Found:
    """Of those who could tell. Nothing under TOO_FEW of them."""
    whole = sum(counts[key] for key in every)
    if whole < TOO_FEW:
        return nothing(FEW if counts else why)
    return ratio(sum(counts[key] for key in some), whole)
