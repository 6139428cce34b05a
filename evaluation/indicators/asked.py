"""What groups and backers said when they were asked (evaluation/surveys): response, answers, and who answered.

A figure of answers is made of what had been sent by the end of the day, as it stood then: who changed an answer later changes
later figures. Under TOO_FEW answers nothing is told. The questions stand in evaluation/surveys/questionnaires.py, word for word.
"""

from collections.abc import Mapping
from typing import Final

from evaluation.indicators.kinds import Found, Indicator, Part, Section, Shown, Unit, nothing, ratio
from evaluation.indicators.world import World
from evaluation.kinds import Objective
from evaluation.scope import Records
from evaluation.surveys.kinds import SurveyKind
from evaluation.surveys.questionnaires import ABOUT_YOU, CURRENT, Question
from evaluation.surveys.rules import TOO_FEW

_PAST: Final = "of records of the past nobody is asked"
_NOBODY: Final = "nobody was asked yet"
FEW: Final = f"too few to tell: fewer than {TOO_FEW} answers"
_SENT: Final = "survey_invitation_event, survey_answer"
_LIMITS: Final = f"Only of those who answered. Shown from {TOO_FEW} answers on."
_WHO: Final = {
    SurveyKind.PROJECT: "groups, when their project was over",
    SurveyKind.YEAR: "groups, twelve months after delivery",
    SurveyKind.BACKER: "backers who paid",
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
        definition=f"How many of the {_WHO[kind]} had answered “{question.words}” by that day, and what they chose{which}.",
        formula="number of invitations that were answered with an answer to this question",
        unit=Unit.COUNT,
        numerator="answers",
        denominator="none",
        source=_SENT,
        serves=Objective.SECTOR,
        limits=_LIMITS,
        section=_WHERE[kind],
        shown=Shown.PEOPLE,
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
        shown=Shown.PEOPLE,
    )


def _response(kind: SurveyKind) -> Indicator:
    people = kind is SurveyKind.BACKER
    return Indicator(
        key=f"asked_{kind}_response",
        name=f"Response of {_WHO[kind]}",
        question="How many of those we asked answered?",
        definition=f"Of the {_WHO[kind]}, who had been asked by that day, those who had sent answers.",
        formula="invitations that were answered divided by invitations",
        unit=Unit.SHARE,
        numerator="invitations that were answered",
        denominator="invitations, also those that are still open",
        source="survey_invitation_event",
        serves=Objective.RELATIONSHIP,
        limits="Who does not answer may think otherwise."
        + (" Backers without an e-mail address, and those who want no such e-mails, are not asked." if people else ""),
        section=Section.RUNNING,
        shown=Shown.PEOPLE if people else Shown.OPEN,
    )


def _backers(key: str, name: str, formula: str) -> Indicator:
    return Indicator(
        key=key,
        name=name,
        question="How many is the response made of?",
        definition=f"{name}, by that day.",
        formula=formula,
        unit=Unit.COUNT,
        numerator=name.lower(),
        denominator="none",
        source="survey_invitation_event",
        serves=Objective.RELATIONSHIP,
        limits="Once a year each at most, whatever they back.",
        section=Section.RUNNING,
        shown=Shown.PEOPLE,
    )


def _about(question: Question) -> Indicator:
    return Indicator(
        key=f"about_{question.key.replace(' ', '_')}",
        name=f"Of those who answered: {question.words}",
        question="Whom do we hear, and whom not?",
        definition="How many of those who answered our questions also sent the sheet about themselves, and what they chose for"
        f" “{question.words}”.",
        formula="sum of the counters of rounds whose last day is over",
        unit=Unit.COUNT,
        numerator="sheets",
        denominator="none",
        source="survey_about_you, survey_round",
        serves=Objective.CONDITIONS,
        limits=f"Optional. Counted apart from all answers, and told once a round is over. Shown from {TOO_FEW} sheets on.",
        section=Section.SPREAD,
        shown=Shown.PEOPLE,
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
    _backers("asked_backers", "Backers who were asked", "number of invitations to backers"),
    _backers("asked_backers_answered", "Backers who answered", "number of invitations to backers that were answered"),
    *(_about(question) for question in ABOUT_YOU),
)
# $1, $2: true and known before; $3: marks of generated records
_ASKED: Final = """
WITH asked AS (
    SELECT i.id, i.kind, s.status FROM survey_invitation i JOIN campaign c ON c.id = i.campaign_id
    JOIN LATERAL (SELECT (array_agg(e.new ORDER BY e.effective_at DESC, e.id DESC))[1] AS status
        FROM survey_invitation_event e WHERE e.subject_id = i.id AND e.effective_at < $1 AND e.recorded_at < $2) s
        ON s.status IS NOT NULL
    WHERE c.generated = ANY($3::boolean[]))
"""
_ANSWERS: Final = f"""{_ASKED},
answers AS (
    SELECT DISTINCT ON (a.invitation_id, a.question) i.kind, a.invitation_id, a.question, a.choices
    FROM survey_answer a JOIN asked i ON i.id = a.invitation_id
    WHERE i.status = 'answered' AND a.effective_at < $1 AND a.recorded_at < $2
    ORDER BY a.invitation_id, a.question, a.effective_at DESC, a.id DESC)
SELECT kind, question, '' AS key, count(*) AS n FROM answers GROUP BY 1, 2
UNION ALL SELECT kind, question, k.key, count(*) FROM answers
    CROSS JOIN LATERAL unnest(string_to_array(choices, ',')) k(key) WHERE k.key <> '' GROUP BY 1, 2, 3
"""
_SHEETS: Final = """
SELECT a.question, a.answer AS key, sum(a.count)::bigint AS n FROM survey_about_you a JOIN survey_round r ON r.id = a.round_id
WHERE r.last_day <= $1 AND r.closed_at < $2 GROUP BY 1, 2
"""
Counts = dict[tuple[str, str], dict[str, int]]


async def measure(world: World) -> dict[str, Found]:
    """Everything that was said."""
    if world.scope.records is Records.GENERATED:
        return {one.key: nothing(_PAST) for one in INDICATORS}
    dates = (world.scope.moment, world.scope.recorded, world.scope.marks)
    sent: Counts = {}
    for row in await world.rows(_ANSWERS, *dates):
        sent.setdefault((row["kind"], row["question"]), {})[row["key"]] = row["n"]
    sheets: Counts = {}
    for row in await world.rows(_SHEETS, world.scope.as_at, world.scope.recorded):
        sheets.setdefault(("", row["question"]), {})[row["key"]] = row["n"]
    return {
        **await _responses(world),
        **{
            key: _share_of(sent.get((kind, question), {}), some, every)
            for key, (kind, question, some, every) in _SHARES.items()
        },
        **{
            f"asked_{kind}_{one.key}": _counted(one, sent.get((kind, one.key), {}))
            for kind, survey in CURRENT.items()
            for one in survey.questions
            if not one.is_words
        },
        **{f"about_{one.key.replace(' ', '_')}": _sheet(one, sheets.get(("", one.key), {})) for one in ABOUT_YOU},
    }


async def _responses(world: World) -> dict[str, Found]:
    rows = await world.rows(
        f"{_ASKED} SELECT kind, count(*) AS asked, count(*) FILTER (WHERE status = 'answered') AS answered FROM asked"
        " GROUP BY kind",
        world.scope.moment,
        world.scope.recorded,
        world.scope.marks,
    )
    known = {row["kind"]: (row["asked"], row["answered"]) for row in rows}
    found = {}
    for kind in SurveyKind:
        asked, answered = known.get(kind, (0, 0))
        one = ratio(answered, asked, _NOBODY)
        least = min((count for count in (answered, asked - answered) if count), default=0)
        found[f"asked_{kind}_response"] = Found(one.value, answered, asked, one.why, people=least) if asked else one
    asked, answered = known.get(SurveyKind.BACKER, (0, 0))
    return {
        **found,
        "asked_backers": Found(asked, asked, people=asked) if asked else nothing(_NOBODY),
        "asked_backers_answered": Found(answered, answered, people=answered) if asked else nothing(_NOBODY),
    }


def _counted(question: Question, counts: Mapping[str, int]) -> Found:
    return _table(question, counts, counts.get("", 0))


def _sheet(question: Question, counts: Mapping[str, int]) -> Found:
    return _table(question, counts, sum(counts.values()))


def _table(question: Question, counts: Mapping[str, int], whole: int) -> Found:
    """How many answered, by what they chose. Nothing under TOO_FEW."""
    if whole < TOO_FEW:
        return nothing(FEW if whole else _NOBODY)
    parts = tuple(Part(key, words, counts.get(key, 0), counts.get(key, 0)) for key, words in question.names.items())
    return Found(whole, whole, people=whole, parts={"answer": parts})


def _share_of(counts: Mapping[str, int], some: tuple[str, ...], every: tuple[str, ...]) -> Found:
    """`people`: the fewer of both sides, so that a share tells of no small number."""
    whole = sum(counts.get(key, 0) for key in every)
    if whole < TOO_FEW:
        return nothing(FEW if counts else _NOBODY)
    chosen = sum(counts.get(key, 0) for key in some)
    found = ratio(chosen, whole)
    least = min((count for count in (chosen, whole - chosen) if count), default=0)
    return Found(found.value, chosen, whole, people=least)
