"""The web server: gunicorn's supervision of processes around waitress's buffering of requests.

gunicorn listens, starts the processes, restarts one that dies, and passes signals on. In each
process `worker` runs waitress: one thread receives requests and sends answers for all connections,
and a request is handed to a thread that answers it only once it has arrived entirely. So nobody
who sends or reads slowly occupies a thread.

- `limits` how long and how much: phases of a connection, deadlines, sizes (no sockets).
- `threads` a process works on one request at a time, unless one takes long.
- `parser` what waitress's reader of requests is told to refuse.
- `channel` one connection; `admission` all connections of a process.
- `server` the listening sockets; `worker` the process that gunicorn supervises.

This package is imported before the processes are started, and the product by each process after
its start, so that a reload reads the product anew. Nothing here imports the product early.
"""
