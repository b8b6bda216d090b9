"""The second factor: codes of an app, security keys and passkeys, recovery codes; allauth does the work."""
