"""Whether a text stands out from what is behind it, asked of axe once for each way of painting a text.

This rule is four fifths of axe's work on a page, and it says the same of a hundred cells of a table that are painted alike.
"""

from collections.abc import Callable
from typing import Final

from playwright.async_api import Page

RULE: Final = "color-contrast"
# one text of each kind: the elements it stands in, what they lay behind it and how, its colour, size and weight
_KINDS: Final = """() => {
  const kinds = new Map();
  const enter = (one, above) => {
    const look = getComputedStyle(one);
    if (look.display === 'none') return;
    const kind = above + '>' + one.localName + '.' + one.getAttribute('class') + [
      look.backgroundColor === 'rgba(0, 0, 0, 0)' ? '' : look.backgroundColor,
      look.backgroundImage, look.opacity, look.position, look.float, look.fill].join();
    const says = [...one.childNodes].some(below => below.nodeType === 3 && below.data.trim());
    if (says || one.matches('input, select, textarea')) {
      const whole = [kind, look.color, look.fontSize, look.fontWeight, look.textShadow, look.visibility, one.disabled].join();
      if (!kinds.has(whole)) kinds.set(whole, one);
    }
    for (const below of one.children) enter(below, kind);
  };
  enter(document.body, '');
  window.textKinds = [...kinds.values()];
  return [...kinds.keys()];
}"""
SAY: Final = """found =>
  `${found.id}: ${found.help}: ` + found.nodes.map(node => node.target.join(' ') + ' ' + node.html).join(' | ')"""
_RUN_AXE: Final = f"""async ([places, options]) =>
  (await axe.run(places.map(place => window.textKinds[place]), options)).violations.map({SAY})"""
_OPTIONS: Final = {"resultTypes": ["violations"], "preload": False, "runOnly": {"type": "rule", "values": [RULE]}}


async def new_kinds(page: Page, is_new: Callable[[str, str], bool]) -> list[int]:
    """The places, in the page's list of its kinds of text, of those that were not read on any page before."""
    kinds = await page.evaluate(_KINDS)
    return [place for place, kind in enumerate(kinds) if is_new("text", kind)]


async def read(page: Page, places: list[int]) -> list[str]:
    """What axe, which the page has loaded, says of these."""
    return list(await page.evaluate(_RUN_AXE, [places, _OPTIONS]))
