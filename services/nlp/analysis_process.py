"""The process in which texts are annotated.

spaCy holds the interpreter for seconds, and a worker's heartbeats, which keep its leases, must not wait for that. It
speaks `services.nlp.analysis` over the socket whose descriptor is its argument, loads a language when it is first
asked for, and ends when the other end of the socket does, also in the middle of a text.
"""

import os
import queue
import sys
import threading
import traceback
from multiprocessing.connection import Connection

import msgspec

from services.nlp.analysis import Annotated, Broken, Order, Outcome
from services.nlp.annotate import annotate
from services.nlp.pipelines import pipeline_for


def main(descriptor: int) -> None:
    """Carry out orders until the worker is gone."""
    worker = Connection(descriptor)
    orders: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(worker, orders), name="worker", daemon=True).start()
    while True:
        worker.send_bytes(msgspec.msgpack.encode(carry_out(orders.get())))


def carry_out(message: bytes) -> Outcome:
    """The outcome of one encoded order. An error of ours is told to the worker, whose step it fails."""
    try:
        order = msgspec.msgpack.decode(message, type=Order)
        return Annotated(annotate(order.text, order.level, pipeline_for(order.language)))
    except Exception:  # noqa: BLE001 - this is the boundary: the traceback is logged where the step's ids are known
        return Broken(traceback.format_exc())


def _listen(worker: Connection, orders: "queue.SimpleQueue[bytes]") -> None:
    """End this process with its worker: a closed socket is the one sign that comes after a `kill -9` too."""
    try:
        while True:
            orders.put(worker.recv_bytes())
    except (EOFError, OSError):
        os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
