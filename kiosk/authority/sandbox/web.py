"""The simulated authority's HTTP side: the signed calls, the tester's page, the JSON control interface."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.authority import messages
from kiosk.authority.sandbox.books import OutageMode
from kiosk.authority.sandbox.desk import ALL_OPERATIONS, Desk, File, Person, Rejected
from kiosk.authority.sandbox.keys import authority_key, registered_kiosk
from kiosk.authority.sandbox.law import law_of_the_field
from kiosk.authority.sandbox.page import Page
from kiosk.authority.sandbox.service import OPERATIONS, HttpAnswer, Service
from kiosk.authority.sandbox.store import Store
from kiosk.clock import Clock
from kiosk.domain.catalogue import Catalogue
from kiosk.domain.endorsement import Reason
from kiosk.domain.specimens import Specimen

BASE = "/authority"
"""Path under which everything of the authority lies."""


class _Control(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


Model = TypeVar("Model", bound=_Control)


class _ApplyOnline(_Control):
    option_id: messages.Code
    paid: bool = False


class _Refuse(_Control):
    """`code` None lets the rules decide again."""

    code: messages.Code | None
    params: tuple[tuple[messages.Code, messages.Words], ...] = ()


class _Outage(_Control):
    """`mode` None lifts the outage; `left` None lasts until then."""

    operation: str = ALL_OPERATIONS
    mode: OutageMode | None
    left: Annotated[int, Field(ge=1, le=1000)] | None = None


class AuthoritySandbox:
    """One simulated authority with its books in a folder.

    Args:
        folder: ``STATE/sandbox/authority``; books and keys of this side.
        specimens: the invented holders with the records to begin with.
    """

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        catalogue: Catalogue,
        specimens: Sequence[Specimen],
    ) -> None:
        self._store = Store(folder / "books.sqlite")
        law = law_of_the_field({known.permit.number: known.permit for known in specimens}, catalogue)
        self._service = Service(
            self._store,
            law,
            lambda kiosk_id: registered_kiosk(folder, kiosk_id),
            authority_key(folder),
            clock,
        )
        people = [
            Person(known.permit.name_zh, known.notes, known.record)
            for known in specimens
            if known.record is not None
        ]
        self.desk = Desk(self._store, people, law.options, clock)
        self._options = [entry.option for entry in catalogue.enabled]
        self._destinations = {place.value: text for place, text in catalogue.destinations.items()}
        self._reasons = {code: catalogue.reason_text(Reason(code)) for code in catalogue.reasons}

    def close(self) -> None:
        self._store.close()

    def routes(self) -> list[BaseRoute]:
        """Return every route, all below ``/authority``."""
        calls = [self._call_route(name, model) for name, model in OPERATIONS.items()]
        return [
            *calls,
            Route(BASE, self._show),
            Route(f"{BASE}/desk/permits/{{permit_no}}/applications", self._form, methods=["POST"]),
            Route(f"{BASE}/desk/permits/{{permit_no}}/refusal", self._form, methods=["POST"]),
            Route(f"{BASE}/desk/outage", self._form, methods=["POST"]),
            Route(f"{BASE}/desk/reset", self._form, methods=["POST"]),
            Route(f"{BASE}/control/permits", self._list),
            Route(f"{BASE}/control/permits/{{permit_no}}/applications", self._control, methods=["POST"]),
            Route(f"{BASE}/control/permits/{{permit_no}}/refusal", self._control, methods=["POST"]),
            Route(f"{BASE}/control/outage", self._control, methods=["POST"]),
            Route(f"{BASE}/control/reset", self._control, methods=["POST"]),
        ]

    def _call_route(self, operation: str, model: type[messages.Request]) -> Route:
        path = BASE + messages.PATHS[model]

        async def call(request: Request) -> Response:
            body = await _bounded_body(request)
            if body is None:
                return Response("body too long", 413)
            answer: HttpAnswer = await self._service.handle(operation, path, request.headers, body)
            return Response(answer.body, answer.status, dict(answer.headers))

        return Route(path, call, methods=["POST"])

    # --- the tester's page ----------------------------------------------------------------------------

    async def _show(self, request: Request) -> Response:
        page = Page(request.query_params.get("lang", "zh"), self._destinations, self._reasons)
        return HTMLResponse(page.draw(self.desk.files(), self._options, self.desk.outages()))

    async def _form(self, request: Request) -> Response:
        """Do what a form of the page says, through the same door as the JSON interface."""
        body = await _bounded_body(request)
        if body is None:
            return Response("body too long", 413)
        fields = parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True)
        problem = self._act(request, _Form((name, value or None) for name, value in fields))
        if problem is not None:
            return Response(problem, 400)
        language = "en" if request.query_params.get("lang") == "en" else "zh"
        return RedirectResponse(f"{BASE}?lang={language}", 303)

    # --- the JSON control interface -------------------------------------------------------------------

    async def _list(self, _request: Request) -> Response:
        return JSONResponse([_file_json(file) for file in self.desk.files()])

    async def _control(self, request: Request) -> Response:
        body = await _bounded_body(request)
        if body is None:
            return Response("body too long", 413)
        problem = self._act(request, body or b"{}")
        return JSONResponse({"done": problem is None, "problem": problem}, 200 if problem is None else 400)

    def _act(self, request: Request, given: "bytes | _Form") -> str | None:
        """Carry an order out; return what is wrong with it, None when it is done."""
        action = request.url.path.rsplit("/", 1)[-1]
        permit_no = request.path_params.get("permit_no", "")
        try:
            match action:
                case "applications":
                    order = _read(_ApplyOnline, given)
                    self.desk.apply_online(permit_no, order.option_id, paid=order.paid)
                case "refusal":
                    refusal = _read(_Refuse, given)
                    reason = None if refusal.code is None else Reason(refusal.code, refusal.params)
                    self.desk.refuse(permit_no, reason)
                case "outage":
                    outage = _read(_Outage, given)
                    self.desk.fail(outage.operation, outage.mode, outage.left)
                case _:
                    self.desk.reset()
        except ValidationError:
            return "malformed_body"
        except Rejected as rejected:
            return str(rejected)
        return None


class _Form(dict[str, str | None]):
    """Fields of a page's form, where an empty choice means None."""


def _read(model: type[Model], given: bytes | _Form) -> Model:
    """Parse an order from the page or the JSON interface; raise ValidationError."""
    if isinstance(given, _Form):
        return model.model_validate(given)
    return model.model_validate_json(given)


def _file_json(file: File) -> dict[str, object]:
    """Return one permit's file for the JSON interface."""
    record = messages.RecordBody.model_validate(file.record).model_dump(mode="json")
    issues = [
        {
            "control_no": issue.endorsement.control_no,
            "destination": issue.endorsement.destination,
            "kind": issue.endorsement.kind,
            "approval_no": issue.approval_no,
            "state": issue.state,
        }
        for issue in file.issues
    ]
    refusal = None if file.refusal is None else file.refusal.code
    return {"holder": file.person.name, "record": record, "issues": issues, "refusal": refusal}


async def _bounded_body(request: Request) -> bytes | None:
    """Return the body, None when it is longer than any request may be."""
    collected = bytearray()
    async for chunk in request.stream():
        collected += chunk
        if len(collected) > messages.BODY_LIMIT:
            return None
    return bytes(collected)
