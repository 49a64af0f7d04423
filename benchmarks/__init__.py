"""BENCHMARKS: how long the product takes, as ratios to a hello-world route of the same server.

Run `python -m benchmarks`; `README.md` beside this file says how to read what it prints.
Nothing here is a test: a number never fails a build, but a wrong answer ends the run,
for a fast wrong answer is worth nothing.

- `w1` the standard instructor; `naive` the same slots in the most obvious way;
- `dataset` fills an empty database through the services;
- `routes` and `server` the product with a hello route; `serving` gunicorn around it;
- `client` sends requests; `counting` counts their queries inside this process;
- `cases` what is asked and what a right answer is; `rounds` the interleaved run;
- `engine` the pure slot engine alone; `page` the data of an instructor's page;
- `report` the tables and the JSON file;
- `w5` the directory's search and `w2` the matching on whole registers, commands of their
  own (`python -m benchmarks.w5`), on what `bulk/` draws and loads; `memory` their peaks.
"""
