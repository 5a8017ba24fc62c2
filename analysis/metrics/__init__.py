"""Definitions of the metrics: what is counted over what."""
