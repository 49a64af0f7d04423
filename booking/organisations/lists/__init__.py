"""Organisations and regions as spreadsheets: preview, import all or nothing, export."""
