"""Pure code of choices: which ways are possible, quiet hours, links to unsubscribe."""
