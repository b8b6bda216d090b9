"""The pages of sources and their harvests."""
