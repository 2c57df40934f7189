"""The shop: takes orders over HTTP. An order, what is told of it, and its message to the office are one transaction."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Header
from pydantic import BaseModel

import streamgauge as sg
from examples.order_to_cash.services import clock, queues
from examples.order_to_cash.services.people import hand_over
from examples.order_to_cash.services.place import Deployment, Place, read_place
from examples.order_to_cash.services.web import serve
from examples.order_to_cash.telling import case_id
from streamgauge.outbox.transactional import TransactionalOutbox, create_table

SHOP = sg.system(role="Shop system")
SimulatedAt = Annotated[int, Header(alias=clock.HEADER)]


class NewOrder(BaseModel):
    """What the customer sends."""

    order: int
    channel: str


def create_app(place: Place) -> FastAPI:
    """The shop's HTTP interface over its database."""
    app = FastAPI(title="Shop")
    database = place.connect("shop")
    database.execute("CREATE TABLE orders (order_number INTEGER PRIMARY KEY, channel TEXT, state TEXT)")
    create_table(database)
    database.commit()
    clock.watch(Deployment("shop", TransactionalOutbox(database, "shop")))

    @app.post("/orders", status_code=201)
    async def take(new: NewOrder, at: SimulatedAt) -> str:
        with clock.at(at), sg.case(case_id(new.order)) as case, database:
            database.execute("INSERT INTO orders VALUES (?, ?, 'new')", (new.order, new.channel))
            cost = place.cost("create", new.order)
            sg.event("order.created", step="Receive order", performer=SHOP, channel=new.channel, cost=cost)
            clock.pass_to(at + 1)
            queues.put(database, new.order, hand_over("check"))
        return case.id

    @app.post("/orders/{order}/cancel")
    async def cancel(order: int, at: SimulatedAt) -> None:
        with clock.at(at), sg.case(case_id(order)), database:
            database.execute("UPDATE orders SET state = 'cancelled' WHERE order_number = ?", (order,))
            sg.event("order.cancelled", step="Cancel order", performer=SHOP, cost=place.cost("cancel", order))

    @app.post("/close")
    async def close() -> None:
        queues.close(database)  # only a simulation has a last customer

    return app


if __name__ == "__main__":
    here = read_place("shop")
    serve(create_app(here), "shop", here.folder)
