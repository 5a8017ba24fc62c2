"""From a company's own files to clean rows of the consolidated tables."""
