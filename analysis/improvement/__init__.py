"""Improvement: what was found, what is done about it, and which lost customers it may win back."""
