"""The demo company: a B2B software firm made from a seed, with a truth that is known because it was planted."""
