"""Which routes an address may mean: several hundred asked one after the other were a seventh of the work on a page."""

from collections.abc import Sequence
from typing import Final

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route, Router
from starlette.types import Lifespan, Receive, Scope, Send

_KEPT: Final = 4_096  # shapes of addresses; a stranger can make up no more
_ANY: Final = ""


class SiteRouter(Router):
    """Asks those routes, in their order, that have as many parts as the address and the same words in them.

    It redirects no slash: app.without_slash() does, to a path without a host.
    """

    def __init__(self, routes: Sequence[BaseRoute], lifespan: Lifespan[Starlette]) -> None:
        super().__init__(routes, redirect_slashes=False, lifespan=lifespan)
        self._words = {
            part for route in routes if isinstance(route, Route) for part in route.path.split("/") if "{" not in part
        }
        self._found: dict[tuple[str, ...], Router] = {}

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await super().app(scope, receive, send)
            return
        scope.setdefault("router", self)
        await self._of(scope["path"].removeprefix(scope.get("root_path", ""))).app(scope, receive, send)

    def _of(self, path: str) -> Router:
        """The routes for an address of this shape: its parts, where a word that no route knows may be any."""
        shape = tuple(part if part in self._words else _ANY for part in path.split("/")[1:])
        found = self._found.get(shape)
        if found is None:
            if len(self._found) >= _KEPT:
                self._found.clear()
            found = Router([route for route in self.routes if _fits(route, shape)], redirect_slashes=False)
            self._found[shape] = found
        return found


def _fits(route: BaseRoute, shape: tuple[str, ...]) -> bool:
    """Whether the route may match. What is mounted, or has a place for several parts, is always asked."""
    if not isinstance(route, Route) or ":path}" in route.path:
        return True
    parts = route.path.split("/")[1:]
    return len(parts) == len(shape) and all(
        "{" in part or part == given for part, given in zip(parts, shape, strict=True)
    )
