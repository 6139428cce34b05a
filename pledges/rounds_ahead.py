"""What a panel knows and a fund's pages need. Imports run one way: wiring.py hands in panel/queries/rounds_ahead.py.

Without it, as in a test of this package alone, no fund has rounds and no question was answered.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class RoundAhead:
    """A round in which a group may still ask: the days as they are shown, each the last one that counts.

    `decide_by`: the decision clock, in working days after `ask_by`.
    """

    fund_id: int
    slug: str
    name: str
    opens_on: date
    ask_by: date
    decide_by: date


@dataclass(frozen=True, slots=True)
class Post:
    """A place on a fund's panel as everybody may read it: the post, never the name."""

    words: str
    kind: str
    until: date


PostsOf = Callable[[int], Awaitable[Sequence[Post]]]
RoundsAhead = Callable[[Collection[int], date], Awaitable[Mapping[int, Sequence[RoundAhead]]]]
AnswersOf = Callable[[Collection[int]], Awaitable[Mapping[int, int]]]
_rounds: list[RoundsAhead] = []
_answers: list[AnswersOf] = []
_posts: list[PostsOf] = []


def use(rounds: RoundsAhead | None, answers: AnswersOf | None) -> None:
    """Ask `rounds(fund ids, day)` for the rounds in which a group may ask on that day or later, the next one first, and
    `answers(question ids)` how many requests have answered a question. None forgets."""
    _rounds[:] = [rounds] if rounds is not None else []
    _answers[:] = [answers] if answers is not None else []


def use_posts(posts: PostsOf | None) -> None:
    """Ask `posts(fund id)` who sits on its panel today. None forgets."""
    _posts[:] = [posts] if posts is not None else []


async def posts_of(fund_id: int) -> Sequence[Post]:
    """Who sits on a fund's panel today; empty where it has none."""
    return await _posts[0](fund_id) if _posts else ()


async def next_rounds(fund_ids: Collection[int], day: date) -> Mapping[int, Sequence[RoundAhead]]:
    """By fund, the rounds in which a group may still ask on `day` or later, the next one first."""
    return await _rounds[0](fund_ids, day) if _rounds and fund_ids else {}


async def answered(question_ids: Collection[int]) -> Mapping[int, int]:
    """By question, how many requests have answered it, drafts too; questions without an answer are left out."""
    return await _answers[0](question_ids) if _answers and question_ids else {}
