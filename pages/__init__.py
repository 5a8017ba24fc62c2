"""One file per question; the file name is the address."""
