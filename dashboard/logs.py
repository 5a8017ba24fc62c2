"""Structured logs: one JSON line per event on stderr, with the reference number that a reader was shown."""

import secrets
import sys

import structlog


def configure() -> None:
    """Write JSON lines with level, time in UTC and tracebacks without local values: those are customer data."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def script_error(error: BaseException, *, page: str) -> str:
    """Log a bug and return the reference number to show in its place."""
    reference = secrets.token_hex(4).upper()
    structlog.get_logger().error("script_error", reference=reference, page=page, exc_info=error)
    return reference
