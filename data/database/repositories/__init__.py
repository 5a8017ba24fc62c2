"""One module per area: plain functions that take the database and give frozen records of `data.records`."""
