"""The credit engine: an agent that approves the credit of an order when it is asked over HTTP."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response

import streamgauge as sg
from examples.order_to_cash.services import clock
from examples.order_to_cash.services.place import Place, start
from examples.order_to_cash.services.web import serve
from examples.order_to_cash.stations import approved_at

ENGINE = sg.agent(role="Credit engine")


def create_app(place: Place) -> FastAPI:
    """The engine's HTTP interface."""
    app = FastAPI(title="Credit")

    @app.post("/orders/{order}/approval")
    async def approve(order: int, request: Request) -> Response:
        decided = approved_at(place.orders, order, int(request.headers[clock.HEADER]))
        with clock.at(decided), sg.extract(request.headers):  # the case comes with the request
            sg.event("credit.approved", step="Approve credit", performer=ENGINE, cost=place.cost("approve", order))
        return Response(headers={clock.HEADER: str(decided)})

    return app


if __name__ == "__main__":
    here = start("credit")
    serve(create_app(here), "credit", here.folder)
