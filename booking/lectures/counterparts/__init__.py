"""How the two sides of a confirmed lecture reach each other: contacts shown, messages passed on."""
