"""Whether a text stands out from what is behind it, asked of axe once for each way of painting a text.

This rule is four fifths of axe's work on a page, and it says the same of a hundred cells of a table that are painted alike.
"""

from typing import Final

from playwright.async_api import Page

from tests.journeys.pieces import SHORT

RULE: Final = "color-contrast"
# one text of each kind: the elements it stands in, what they lay behind it and how, its colour, size and weight
KINDS: Final = f"""() => {{
  const short = {SHORT}, kinds = new Map();
  const enter = (one, above) => {{
    const look = getComputedStyle(one);
    if (look.display === 'none') return;
    const kind = short(above + '>' + one.localName + '.' + one.getAttribute('class') + [
      look.backgroundColor === 'rgba(0, 0, 0, 0)' ? '' : look.backgroundColor,
      look.backgroundImage, look.opacity, look.position, look.float, look.fill].join());
    const says = [...one.childNodes].some(below => below.nodeType === 3 && below.data.trim());
    if (says || one.matches('input, select, textarea')) {{
      const painted = [look.color, look.fontSize, look.fontWeight, look.textShadow, look.visibility, one.disabled];
      const whole = short([kind, ...painted].join());
      if (!kinds.has(whole)) kinds.set(whole, one);
    }}
    for (const below of one.children) enter(below, kind);
  }};
  enter(document.body, '');
  window.textKinds = [...kinds.values()];
  return [...kinds.keys()];
}}"""
SAY: Final = """found =>
  `${found.id}: ${found.help}: ` + found.nodes.map(node => node.target.join(' ') + ' ' + node.html).join(' | ')"""
_RUN_AXE: Final = f"""async ([places, options]) =>
  (await axe.run(places.map(place => window.textKinds[place]), options)).violations.map({SAY})"""
_OPTIONS: Final = {"resultTypes": ["violations"], "preload": False, "runOnly": {"type": "rule", "values": [RULE]}}


async def read(page: Page, places: list[int]) -> list[str]:
    """What axe, which the page has loaded, says of these."""
    return list(await page.evaluate(_RUN_AXE, [places, _OPTIONS]))
