"""Are we losing more than before, is the change real, what does it cost? For whoever opens the app in the morning."""

from dashboard import shell

shell.no_data()
