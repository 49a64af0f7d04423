"""The record of a lecture after its time: what took place (授课回执)."""
