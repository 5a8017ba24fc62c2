"""Whether an improvement action worked: what is counted for it, how it is judged, and what becomes of the verdict."""
