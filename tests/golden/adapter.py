"""Every operation of the golden cases that the product has, through its public functions."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.golden import adapter_cox, adapter_personas, adapter_proportions, adapter_survival

#: What an area or an operation still waits for. Whatever is neither here nor in OPS fails a test.
NOT_YET = dict.fromkeys(("proportion_ci", "proportion_test", "proportion_ratio_ci", "paired_proportion", "mean_diff", "relative_lift", "ratio_metric", "cuped", "srm", "sequential", "bayes_ab", "power", "proportion_diff_ci.agresti_caffo", "proportion_diff_ci.miettinen_nurminen"), "experiments") | dict.fromkeys(("its", "bsts", "did", "synthetic_control", "rtm"), "proof of an action") | {
    "backtest": "calibration of the health score",
    "time.month_bucket": "a file goes through the importer instead (test_time_zone.py)",
}  # fmt: skip

OPS: Mapping[str, Callable[[dict[str, Any]], Mapping[str, Any]]] = {
    **adapter_cox.OPS,
    **adapter_personas.OPS,
    **adapter_proportions.OPS,
    **adapter_survival.OPS,
}
