"""The app: frame, filters, cards, charts, gateway and command line."""
