"""The controlled list of fields: a tree of two levels, kept on pages."""
