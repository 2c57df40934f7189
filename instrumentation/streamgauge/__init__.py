"""streamgauge speaks from inside a service: it tells business events by which a value stream is measured.

`streamgauge.attributes` holds the wire contract. Knows OpenTelemetry's names; knows no metric, no storage and no page.
"""

__version__ = "0.1.0"
