"""Whether a promised lecture lies in time that was closed afterwards. Pure."""
