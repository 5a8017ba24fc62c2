"""Tests are claims: the name says what holds."""
