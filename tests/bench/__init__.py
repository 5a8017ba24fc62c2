"""Speed and memory against references in the same run: `python -m dashboard bench`.

Under tests, because the references are what the product is forbidden to be: SQL by hand and pandas in memory. Only
run-time requirements are imported, so that a fresh clone can measure.
"""
