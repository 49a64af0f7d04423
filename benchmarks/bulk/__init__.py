"""Generates registers from a seed and bulk-loads them, to measure searches at full size.

- `rows` the generated rows by table, with their ids;
- `people` generates instructors with topics, hours and rules; `lectures` their lectures;
- `loading` writes the rows that the services would write, with Core inserts;
- `databases` provides an empty SQLite file or a temporary PostgreSQL server;
- `registers` a loaded register with its application; `timing` and `figures` measurements;
- `obvious` and `fitting` brute-force references for searching and matching.

At most 2,000 instructors are generated at a time, with the distributions of the largest
demonstration province (regions, fields, audiences, loads). A larger register consists of several
such parts, from different seeds, in the same regions.
"""
