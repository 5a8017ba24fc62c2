"""Customers and their movements: the rows behind the numbers."""
