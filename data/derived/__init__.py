"""Tables built from the consolidated ones, as Ibis expressions that DuckDB and Spark run unchanged."""
