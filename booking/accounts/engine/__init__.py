"""Rules of accounts without a request or a database: roles, permissions, passwords, waits."""
