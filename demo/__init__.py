"""The demo company Northbeam: its systems as real sources, its people, and what they wrote in the catalog."""
