"""Who may give which membership, states of invitations and requests, similar names. Pure."""
