"""The receiver's interface in OpenAPI 3.1, written by hand; a test asks the receiver whether it is true."""

from __future__ import annotations

from typing import Any

_STATUS = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {
        "code": {"type": "integer", "description": "a code of google.rpc.Code"},
        "message": {"type": "string", "description": "what was wrong, what was expected"},
    },
}
_BYTES = {"type": "string", "format": "binary"}
_ERROR_CONTENT = {
    "application/json": {"schema": {"$ref": "#/components/schemas/Status"}},
    "application/x-protobuf": {"schema": _BYTES},
}
_RETRY_AFTER = {"Retry-After": {"description": "seconds", "required": True, "schema": {"type": "integer"}}}
_ENCODING = {
    "name": "Content-Encoding", "in": "header", "required": False,
    "description": "how the body is packed", "schema": {"type": "string", "enum": ["gzip", "identity"]},
}  # fmt: skip
_TEXT_405 = {"description": "another method", "content": {"text/plain": {"schema": {"type": "string"}}}}
_OTLP_JSON = {"type": "object", "description": "an export request in OTLP/JSON"}
_EVENT = {
    "type": "object",
    "description": "a CloudEvent 1.0 in structured JSON",
    "properties": {name: {"type": "string"} for name in ("specversion", "id", "source", "type", "time")},
}


def _refusal(text: str) -> dict[str, Any]:
    return {"description": text, "content": _ERROR_CONTENT}


def _taking(operation: str, summary: str, content: dict[str, Any], parameters: list[dict[str, Any]]) -> dict[str, Any]:
    success = {kind: {"schema": {"type": "object"}} for kind in ("application/json",)}
    if "application/x-protobuf" in content:
        success["application/x-protobuf"] = {"schema": _BYTES}
    return {
        "post": {
            "operationId": operation,
            "summary": summary,
            "security": [{"token": []}],
            "parameters": [_ENCODING, *parameters],
            "requestBody": {"required": True, "content": content},
            "responses": {
                "200": {"description": "all of it is on the disk", "content": success},
                "400": _refusal("nobody could ever decode it; do not send it again"),
                "401": _refusal("no token, or one that is not known"),
                "405": _TEXT_405,
                "413": _refusal("too large, as sent or unpacked; send less at a time"),
                "415": _refusal("content type or encoding that is not taken here"),
                "503": {**_refusal("not taken now; send the same again"), "headers": _RETRY_AFTER},
            },
        }
    }


def _telling(operation: str, summary: str, kind: str, schema: dict[str, Any], **more: dict[str, Any]) -> dict[str, Any]:
    responses = {"200": {"description": "told", "content": {kind: {"schema": schema}}}, "405": _TEXT_405, **more}
    responses_of_head = {status: {"description": told["description"]} for status, told in responses.items()}
    return {
        "get": {"operationId": operation, "summary": summary, "responses": responses},
        "head": {"operationId": f"{operation}Head", "summary": f"{summary}, without its text",
                 "responses": responses_of_head},
    }  # fmt: skip


_CE_HEADERS = [
    {"name": f"ce-{name}", "in": "header", "required": False, "schema": {"type": "string"},
     "description": f"binary mode: the attribute {name}"}
    for name in ("specversion", "id", "source", "type", "time")
]  # fmt: skip
_OTLP = {"application/x-protobuf": {"schema": _BYTES}, "application/json": {"schema": _OTLP_JSON}}
_EVENTS = {
    "application/cloudevents+json": {"schema": _EVENT},
    "application/cloudevents-batch+json": {"schema": {"type": "array", "items": _EVENT}},
    "application/json": {"schema": {"description": "binary mode: the data of one event"}},
}
_READY = {"type": "object", "required": ["is_ready"], "properties": {"is_ready": {"type": "boolean"}}}
_NOT_READY = {
    "description": "requests are refused at the moment, and why",
    "content": {"application/json": {"schema": _READY}},
    "headers": _RETRY_AFTER,
}

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "streamgauge receiver",
        "version": "1",
        "description": "Takes OTLP and CloudEvents into a write-ahead log. 200 means that the bytes are on the disk; "
        "what they mean is judged later, and what cannot be read then is kept and shown, never dropped.",
    },
    "paths": {
        "/v1/traces": _taking("sendTraces", "OTLP/HTTP traces", _OTLP, []),
        "/v1/logs": _taking("sendLogs", "OTLP/HTTP logs", _OTLP, []),
        "/events": _taking("sendEvents", "CloudEvents: structured, batch or binary mode", _EVENTS, _CE_HEADERS),
        "/healthz": _telling("isAlive", "the process lives", "application/json", {"type": "object"}),
        "/readyz": _telling("isReady", "the log accepts", "application/json", _READY, **{"503": _NOT_READY}),
        "/metrics": _telling("tellMetrics", "metrics as Prometheus text", "text/plain", {"type": "string"}),
        "/openapi.json": _telling("tellDocument", "this document", "application/json", {"type": "object"}),
    },
    "components": {
        "schemas": {"Status": _STATUS},
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    },
}
