"""The sign-up of a branch: somebody asks, a coordinator of the region decides."""
