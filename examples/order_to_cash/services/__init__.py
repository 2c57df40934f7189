"""The firm as services: processes, HTTP, queues, people and an outage, on a simulated clock, telling as they work."""
