"""Mathematics on counts and arrays; no input, output or clock."""
