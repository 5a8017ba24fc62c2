"""Experiments: is an offer worth it? Planned, assigned, watched, judged, decided and remembered."""
