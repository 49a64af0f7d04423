"""Pure rules of accounts: roles, permissions, passwords, delays of attempts, CSV lists."""
