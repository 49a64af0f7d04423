"""Which text pages there are, their default texts, and Markdown as safe HTML; pure."""
