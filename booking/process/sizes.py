"""The unit of sizes of files, in bytes."""

MEGABYTE = 1024 * 1024
