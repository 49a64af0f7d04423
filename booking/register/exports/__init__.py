"""The register as a spreadsheet, with the columns that an import understands."""
