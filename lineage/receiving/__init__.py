"""From an event at the door to the store: accepted in the request, worked by whoever is free, lost by nobody."""
