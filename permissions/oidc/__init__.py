"""Signing in at the company's own OpenID Connect provider."""
