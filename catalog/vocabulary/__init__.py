"""Words that data is grouped and marked with: made, merged, and listed with what they hold."""
