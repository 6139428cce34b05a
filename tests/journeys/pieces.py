"""What a page is made of, so that what was read on one page need not be read again on the next hundred."""

from typing import Final

# a text of any length as a short one; two different ones are told apart but for one in 10^15
SHORT: Final = """text => {
  let one = 0xdeadbeef, two = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 2654435761); two = Math.imul(two ^ code, 1597334677);
  }
  one = Math.imul(one ^ one >>> 16, 2246822507) ^ Math.imul(two ^ two >>> 13, 3266489909);
  two = Math.imul(two ^ two >>> 16, 2246822507) ^ Math.imul(one ^ one >>> 13, 3266489909);
  return (4294967296 * (2097151 & two) + (one >>> 0)).toString(36);
}"""
# made: each kind of element, by what it stands in, what stands in it (of a small one) and how often it is labelled;
#   window.made holds one of each. Axe says the same of a list of two and of a list of five
# wide: the long words that a kind of element holds, and how many stand in a row that can't break: the same fits the same width
# order: of the headings and of the page's parts, and names that are there twice
PIECES: Final = f"""() => {{
  const short = {SHORT}, made = new Map(), wide = new Set(), headings = [], parts = [], order = [], met = new Set();
  const twice = name => met.size === met.add(name).size;
  const said = one => [...one.attributes]
    .filter(a => /^(class|type|role|aria-|tabindex|autocomplete|lang|hidden)/.test(a.name))
    .map(a => a.name + '=' + a.value.replace(/[0-9]+/g, '0')).join(',');
  const kinds = one => [...new Set([...one.children].map(child => child.localName + child.getAttribute('class')))].sort().join();
  const enter = (one, above) => {{
    const name = one.localName, kind = short(above + '>' + name + said(one));
    const whole = kind + (one.getElementsByTagName('*').length < 20 ? short(kinds(one)) : '') + (one.labels?.length ?? '');
    if (!made.has(whole)) made.set(whole, one);
    const words = [...one.childNodes].filter(child => child.nodeType === 3).flatMap(child => child.data.split(/[\\s-]+/));
    const longest = Math.max(0, ...words.map(word => word.length)), look = getComputedStyle(one);
    if (longest > 12) wide.add(kind + Math.ceil(longest / 4));
    const row = name === 'tr' || (look.display.endsWith('flex') && look.flexWrap === 'nowrap');
    if (row) wide.add(kind + ':' + one.children.length);
    for (const set of ['style', 'width', 'size', 'cols']) if (one.hasAttribute(set)) wide.add(kind + set + one.getAttribute(set));
    if (/^h[1-6]$/.test(name) && name !== headings.at(-1)) headings.push(name);
    if (/^(main|nav|header|footer|aside|form|section)$/.test(name) || one.hasAttribute('role')) {{
      const part = name + one.getAttribute('role');
      const called = one.getAttribute('aria-label') ?? one.getAttribute('aria-labelledby');
      if (called && twice('named ' + part + called)) order.push('same name ' + part);
      if (part !== parts.at(-1)) parts.push(part);
    }}
    if (one.id && twice('#' + one.id)) order.push('same id ' + one.id);
    for (const child of one.children) enter(child, kind);
  }};
  enter(document.documentElement, '');
  order.push(headings.join(), parts.join(), kinds(document.body));
  window.made = [...made.values()];
  return {{made: [...made.keys()], wide: [...wide], order}};
}}"""
