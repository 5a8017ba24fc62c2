"""Questions to the engine, as Ibis expressions that return small counts."""
