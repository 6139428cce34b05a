"""Every template asks for the macros that it uses and for no other, and every macro is asked for."""

from collections import defaultdict
from pathlib import Path

from jinja2 import nodes

from crowdfund_kent.templating import environment

FOLDER = Path(__file__).parent.parent.parent / "templates"


def test_macros_are_used_where_they_are_asked_for_and_somewhere() -> None:
    unused, has, wanted = [], {}, defaultdict[str, set[str]](set)
    for path in (one for one in FOLDER.rglob("*") if one.suffix in {".html", ".txt"}):
        name, template = path.relative_to(FOLDER).as_posix(), environment().parse(path.read_text())
        used = {one.name for one in template.find_all(nodes.Name) if one.ctx == "load"}
        asked = set()
        for of in template.find_all(nodes.FromImport):
            pairs = [one if isinstance(one, tuple) else (one, one) for one in of.names]
            asked |= {here for _, here in pairs}
            if isinstance(of.template, nodes.Const):
                wanted[of.template.value] |= {there for there, _ in pairs}
        unused += [f"{name} asks for {one}" for one in sorted(asked - used)]
        has[name] = {one.name for one in template.find_all(nodes.Macro)} - used
    unused += [f"{name} has {one}" for name, macros in has.items() for one in sorted(macros - wanted[name])]
    assert not unused
