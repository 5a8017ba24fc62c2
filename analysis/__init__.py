"""Judgement: definitions, statistics and use cases on counts that the engine delivers."""
