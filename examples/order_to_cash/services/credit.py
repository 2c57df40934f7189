"""The credit engine: an agent that approves the credit of an order when it is asked over HTTP."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import streamgauge as sg
from examples.order_to_cash.services import clock
from examples.order_to_cash.services.place import Place, start
from examples.order_to_cash.services.web import serve
from examples.order_to_cash.stations import approved_at

ENGINE = sg.agent(role="Credit engine")


def create_app(place: Place) -> Starlette:
    """The engine's HTTP interface."""

    async def approve(request: Request) -> Response:
        order = request.path_params["order"]
        decided = approved_at(place.orders, order, int(request.headers[clock.HEADER]))
        with clock.at(decided), sg.extract(request.headers):  # the case comes with the request
            cost = place.cost("approve", order)
            sg.event("credit.approved", step="Approve credit", performer=ENGINE, cost=cost)
        return Response(headers={clock.HEADER: str(decided)})

    return Starlette(routes=[Route("/orders/{order:int}/approval", approve, methods=["POST"])])


if __name__ == "__main__":
    here = start("credit")
    serve(create_app(here), "credit", here.folder)
