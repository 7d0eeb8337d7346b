"""What is kept: bytes under their hash, the append-only ledger, and the folder both stand in."""
