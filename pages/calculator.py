"""Is this difference real? For whoever has counts or a file from elsewhere."""

from dashboard import experiment_calculator

experiment_calculator.draw()
