"""Translations: one .po file per language, and the command that finds the sentences to translate."""
