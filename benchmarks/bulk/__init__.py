"""A whole register drawn from a seed and loaded in bulk, to measure searches at full size.

- `rows` is what is loaded: rows by table, with their ids;
- `people` draws instructors with topics, hours and rules; `lectures` what they teach;
- `loading` writes the rows that the services would write, with Core inserts;
- `databases` gives an empty SQLite file or a PostgreSQL server of this run's own;
- `registers` a loaded register with its application; `timing` and `figures` what it took;
- `obvious` the same searches in the most obvious way.

At most 2,000 instructors are drawn at a time, with the skew of the largest demonstration
province (regions, fields, audiences, loads). A larger register is several such, from other
seeds, side by side in the same regions.
"""
