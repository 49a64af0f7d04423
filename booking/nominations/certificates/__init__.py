"""Certificates of appointment (聘书): their numbers, and the document to print."""
