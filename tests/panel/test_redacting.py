"""What is left out of an answer: tables of words, and that what was left out is nowhere in what goes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.kinds import Exemption
from panel.redacting import EVERYWHERE, Cut, Item, cut_text, leave_out, mark, maybe_names, names_pattern, words_pattern

ME = mark(Exemption.PERSONAL)
SHOP = mark(Exemption.COMMERCIAL)
NAMES = names_pattern(["Kim Reed", "Olu", "Seán O’Brien"])


@pytest.mark.parametrize(
    ("text", "goes"),
    [
        ("Ask KIM  reed.", f"Ask {ME}."),
        ("Kim\nReed's idea", f"{ME}'s idea"),
        ("Kimberley Reeds", "Kimberley Reeds"),
        ("Olu knows", f"{ME} knows"),
        ("olu, absolute and Oluwa", "olu, absolute and Oluwa"),  # one word counts only as it is written
        ("Sea\u0301n O'Brien", ME),  # an accent in two pieces, another apostrophe
        ("Write to kim+news@mail.example.org today", f"Write to {ME} today"),
        ("01303 245 678 or +44 7700 900123 or (01303) 245678", f"{ME} or {ME} or ({ME}"),
        ("£0.1234567890 and 0123", "£0.1234567890 and 0123"),
        ("at CT20 1AA or CT201AA, not R-7F3K-9Q2M", f"at {ME} or {ME}, not R-7F3K-9Q2M"),
        ("Mrs Green-Hill and Cllr. Ann Foy said", f"{ME} and {ME} said"),
        ("The green hill", "The green hill"),
        ("", ""),
    ],
)
def test_people_are_left_out_by_themselves(text: str, goes: str) -> None:
    assert cut_text(text, (), NAMES)[0] == goes


def test_officers_leave_out_words_of_an_item_of_all_or_an_item_whole() -> None:
    item = Item("decision:12:reasons", "Reasons", "Tarpaulin Ltd asks £4,000. TARPAULIN  LTD’S price is theirs.")
    shop = Cut(EVERYWHERE, "tarpaulin ltd", Exemption.COMMERCIAL, "A price of theirs.")
    left = leave_out(item, [shop], None)
    assert left.text == f"{SHOP} asks £4,000. {SHOP}’S price is theirs."
    assert left.exemptions == {Exemption.COMMERCIAL: 2}
    assert leave_out(item, [Cut("decision:13:reasons", "price", Exemption.COMMERCIAL)], None).whole
    whole = leave_out(item, [Cut(item.key, "", Exemption.AUDIT), shop], None)
    assert (whole.text, whole.whole) == (mark(Exemption.AUDIT), False)
    # words that overlap are one gap, and labels are looked through as well
    both = [Cut(item.key, "Ltd asks", Exemption.COMMERCIAL), Cut(item.key, "asks £4,000", Exemption.CONFIDENCE)]
    assert leave_out(item, both, None).text.startswith(f"Tarpaulin {SHOP}. TARPAULIN")
    asked = Item("a", "Why does Tarpaulin Ltd do it?", "", pence=400_000, figure=True)
    assert leave_out(asked, [shop], None).label == f"Why does {SHOP} do it?"
    assert leave_out(asked, [shop], None).text == "£4,000.00"
    assert leave_out(Item("i", "Words", "My sister is treasurer.", private=True), [], None).text == ME


def test_parts_of_names_are_pointed_out_and_not_taken_out() -> None:
    assert maybe_names("Kim thanked Reed, not Reeds.", ["Kim Reed", "Jo Al"]) == ["Kim", "Reed"]
    assert maybe_names("nothing", []) == []


_WORDS = st.text(st.sampled_from("abcABC é'’ -.\n(["), min_size=1, max_size=12)


@given(st.lists(_WORDS, max_size=6), st.lists(_WORDS, min_size=1, max_size=3), st.data())
def test_what_is_left_out_stands_nowhere_in_what_goes(
    pieces: list[str], secrets: list[str], data: st.DataObject
) -> None:
    secrets = [one for one in secrets if len(one.split()) and len("".join(one.split())) > 2] or ["abc cab"]
    mixed = data.draw(st.permutations([*pieces, *secrets]))
    cuts = [Cut(EVERYWHERE, one, Exemption.CONFIDENCE) for one in secrets]
    goes, counted = cut_text(" ".join(mixed), cuts, None)
    between = re.split(re.escape(mark(Exemption.CONFIDENCE)), goes)
    for one in secrets:
        assert all(not words_pattern(one).search(rest) for rest in between)
    assert sum(counted.values()) == len(between) - 1 > 0
