"""What people tell and show of why they left: interviews, reasons, themes."""
