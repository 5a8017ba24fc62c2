"""A review as a document to send: its pack and minutes as HTML, DOCX and PPTX, with charts, in either language."""
