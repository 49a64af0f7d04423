"""From an application to a term in the register, its certificate and its renewal.

Not here: the entry itself (`entries`), the rules of terms (`availability`).
"""
