"""The one door to analysis and data: every cache and the only clock of the app."""
