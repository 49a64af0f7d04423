"""Links by which the people in a hall answer without an account; the page with the QR code.

One link of a lecture for each purpose. Not: what is asked, and where answers are kept. The features
above say where a link leads (`ports`).
"""
