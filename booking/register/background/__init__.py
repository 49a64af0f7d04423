"""Large imports by the worker: which preview is next, its progress, and the job itself."""
