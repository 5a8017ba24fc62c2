"""A raw websocket client that browses the app as many people would: `python -m tests.load --help`.

It speaks Streamlit's own protocol and paints nothing, so that a hundred sessions cost a few percent of a core and the
server is what is measured.
"""
