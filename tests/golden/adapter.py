"""Every operation of the golden cases that the product has, through its public functions."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.golden import (
    adapter_cox,
    adapter_experiments,
    adapter_looks,
    adapter_personas,
    adapter_proof,
    adapter_proportions,
    adapter_survival,
)

#: What an area or an operation still waits for. Whatever is neither here nor in OPS fails a test.
NOT_YET = {
    "backtest": "calibration of the health score",
    "time.month_bucket": "a file goes through the importer instead (test_time_zone.py)",
}

OPS: Mapping[str, Callable[[dict[str, Any]], Mapping[str, Any]]] = {
    **adapter_cox.OPS,
    **adapter_experiments.OPS,
    **adapter_looks.OPS,
    **adapter_personas.OPS,
    **adapter_proof.OPS,
    **adapter_proportions.OPS,
    **adapter_survival.OPS,
}
