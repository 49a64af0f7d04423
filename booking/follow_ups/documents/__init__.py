"""The document of an answer: PDF, picture or Office file, known by its content."""
