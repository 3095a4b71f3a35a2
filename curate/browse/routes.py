"""The pages of the local server: list, trace, mark, named queries, own SQL. The desk knows, pages render."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import TYPE_CHECKING, TypeVar, get_args

from aiohttp import web

from curate.browse.desk import Desk, Mark
from curate.browse.guard import Guard, Handler, guarding
from curate.browse.pages import ASSETS, read_asset, render
from curate.browse.wish import FACETS, ORDERS, Wish
from curate.errors import StoreError, TracemillError, UsageError
from queries import list_queries, load_query

if TYPE_CHECKING:
    from curate.store.reader import Head

MOST_BODY = 64 * 1024
T = TypeVar("T")


def make_app(desk: Desk, guard: Guard, executor: Executor) -> web.Application:
    """Put the application together."""
    pages = Pages(desk, executor)
    app = web.Application(middlewares=[guarding(guard), telling], client_max_size=MOST_BODY)
    app.add_routes(
        [
            web.get("/", pages.traces),
            web.get("/trace/{trace_id}", pages.trace),
            web.post("/trace/{trace_id}/mark", pages.mark),
            web.get("/queries", pages.queries),
            web.get("/queries/{name}", pages.query),
            web.get("/sql", pages.sql),
            web.post("/sql", pages.sql),
            web.get("/files/{name}", asset),
        ]
    )
    return app


class Pages:
    """Handlers; what blocks runs on the executor's threads."""

    def __init__(self, desk: Desk, executor: Executor) -> None:
        self._desk, self._executor = desk, executor

    async def traces(self, request: web.Request) -> web.Response:
        """Show the list that the address asks for."""
        wish = Wish.of(request.query)

        def read() -> str:
            in_texts = self._desk.texts_with(wish)
            found = self._desk.index.find(wish, in_texts)
            return render("list.html", name=self._name, wish=wish, found=found, facets=FACETS, orders=ORDERS)

        return _page(await self._run(read))

    async def trace(self, request: web.Request) -> web.Response:
        """Show one trace, and beside it the sibling that `beside` names."""
        wish, trace_id = Wish.of(request.query), request.match_info["trace_id"]
        beside_id = request.query.get("beside", "")

        def read() -> str | None:
            view = self._desk.trace(trace_id)
            if view is None:
                return None
            index = self._desk.index
            siblings = [one for one in index.siblings(trace_id) if one.trace_id != trace_id]
            known = {one.trace_id for one in siblings}
            before, after, place, n = index.around(trace_id, wish, self._desk.texts_with(wish))
            beside = self._desk.trace(beside_id) if beside_id in known else None
            return render(
                "trace.html", name=self._name, view=view, wish=wish, siblings=siblings, place=place, n=n,
                before=before, after=after, beside=beside,
            )  # fmt: skip

        page = await self._run(read)
        return _page(page) if page else _message(404, "there is no such trace", "go back to the list")

    async def mark(self, request: web.Request) -> web.StreamResponse:
        """Write a mark and go back to the trace, or on to the next one."""
        trace_id, form = request.match_info["trace_id"], await _read_form(request)
        mark = form.get("say", "")
        if mark not in get_args(Mark):
            raise UsageError(f"{mark[:40]!r} is no mark", "choose accept, reject or none")
        chosen: Mark = mark  # type: ignore[assignment]
        await self._run(lambda: self._desk.mark(trace_id, chosen, form.get("comment", "").strip()))
        wish = Wish.of(form)
        return web.Response(status=303, headers={"Location": f"/trace/{trace_id}?{wish.link()}"})

    async def queries(self, request: web.Request) -> web.Response:
        """List the named queries."""
        return _page(render("queries.html", name=self._name, queries=list_queries("reports")))

    async def query(self, request: web.Request) -> web.Response:
        """Run a named query with the parameters of the address."""
        found = load_query(request.match_info["name"])
        given = {p.name: value for p in found.parameters if (value := request.query.get(p.name))}
        defaults = {p.name: p.default for p in found.parameters}
        missing = [p.name for p in found.parameters if p.default is None and p.name not in given]
        head = None if missing else await self._run(lambda: self._desk.answer(found, given))
        return _page(
            render("query.html", name=self._name, query=found, head=head, given={**defaults, **given})
        )

    async def sql(self, request: web.Request) -> web.Response:
        """Show the form, and the answer to what was typed into it."""
        statement = (await _read_form(request)).get("statement", "") if request.method == "POST" else ""
        head: Head | None = None
        problem: TracemillError | None = None
        if statement.strip():
            try:
                head = await self._run(lambda: self._desk.ask(statement))
            except (UsageError, StoreError) as error:
                problem = error
        page = render("sql.html", name=self._name, statement=statement, head=head, problem=problem)
        return _page(page, 400 if problem else 200)

    @property
    def _name(self) -> str:
        return self._desk.store.path.resolve().name

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)


async def asset(request: web.Request) -> web.Response:
    """Give the style or the script."""
    name = request.match_info["name"]
    if name not in ASSETS:
        return _message(404, "there is no such file", "")
    return web.Response(text=read_asset(name), content_type=ASSETS[name], charset="utf-8")


@web.middleware
async def telling(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn errors into a page with a sentence: what was wrong with the request, or with the store."""
    try:
        return await handler(request)
    except UsageError as error:
        return _message(400, error.message, error.hint)
    except TracemillError as error:
        return _message(503, error.message, error.hint)
    except web.HTTPException as error:
        return _message(error.status, (error.reason or "this cannot be done").lower(), "")


async def _read_form(request: web.Request) -> Mapping[str, str]:
    """Read the fields of a form; files and bytes that are no text are refused."""
    try:
        form = await request.post()
    except (UnicodeDecodeError, LookupError, ValueError):
        raise UsageError("this form cannot be read", "send it as UTF-8") from None
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _page(text: str, status: int = 200) -> web.Response:
    # a half of a surrogate pair, which JSON can smuggle in, is no character of UTF-8
    body = text.encode("utf-8", "replace")
    return web.Response(body=body, status=status, content_type="text/html", charset="utf-8")


def _message(status: int, message: str, hint: str) -> web.Response:
    return _page(render("message.html", name="tracemill", message=message, hint=hint), status)
