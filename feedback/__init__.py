"""What people say about data: a board of tickets for every dataset."""
