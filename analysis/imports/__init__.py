"""Loading data: an import or the demo company becomes a release, and the log says how it went."""
