"""The stock: reserves goods over HTTP, and is the service that fails. While it is down it can tell nothing itself.

So who calls it tells, tries again when the answer says so, and counts the attempts.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from examples.order_to_cash.services import clock
from examples.order_to_cash.services.place import Place, read_place
from examples.order_to_cash.services.web import serve
from examples.order_to_cash.stations import retry_at


def create_app(place: Place) -> Starlette:
    """The stock's HTTP interface: 503 with Retry-After, in simulated seconds, where it cannot answer."""
    refused: set[int] = set()

    async def reserve(request: Request) -> Response:
        order, at = request.path_params["order"], int(request.headers[clock.HEADER])
        again = None if order in refused else retry_at(place.orders, order, at)
        if again is None:
            return Response()
        refused.add(order)
        return Response(status_code=503, headers={"retry-after": str(again - at)})

    return Starlette(routes=[Route("/orders/{order:int}/reservation", reserve, methods=["POST"])])


if __name__ == "__main__":
    here = read_place("stock")
    serve(create_app(here), "stock", here.folder)
