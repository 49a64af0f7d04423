"""Second factors of sign-in: authenticator apps, passkeys, recovery codes."""
