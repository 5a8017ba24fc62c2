"""What losses cost, what a point of retention is worth, and what is at risk."""
