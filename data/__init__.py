"""Facts: settings, lake, engine, app database, importers and the demo company."""
