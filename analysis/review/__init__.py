"""The quarterly review: its frozen pack, agenda, minutes, and what changed since the one before."""
