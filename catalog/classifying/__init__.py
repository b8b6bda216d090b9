"""What fields are classified as: suggestions looked through by the hundred, decided, undone, and learned from."""
