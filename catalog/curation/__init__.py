"""Writing what people say of things: one way in for pages, the API, imports, rules and undo."""
