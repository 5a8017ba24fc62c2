"""The command line: the use cases of the pages for automation, tests and other tools."""
