"""Churn over time: splits, seasons, a forecast with its past accuracy, events and published figures."""
