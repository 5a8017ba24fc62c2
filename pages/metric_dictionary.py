"""What exactly does each figure mean? For whoever wants to know before using it."""

from dashboard import dictionary_list

dictionary_list.draw(dictionary_list.find())
