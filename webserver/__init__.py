"""The web server: gunicorn's supervision of processes around waitress's buffering of requests.

gunicorn binds the listening sockets, forks the worker processes, restarts one that dies, and
forwards signals. Each process runs waitress (`worker`): one I/O thread reads requests and writes
responses for all connections, and a request is queued for a worker thread only once it has been
received completely. So a slow client never occupies a worker thread.

- `limits` timeouts and sizes: phases of a connection, deadlines, byte limits (no sockets).
- `threads` the thread pool: one worker thread, more only while a request takes long.
- `parser` the HTTP request parser: waitress's, with stricter rules.
- `channel` one connection; `admission` all connections of a process.
- `server` the listening sockets; `worker` the process that gunicorn supervises.

This package is imported before gunicorn forks, the application by each process after the fork, so
that a reload imports the application again. No module here imports the application at its top.
"""
