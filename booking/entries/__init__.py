"""An instructor's entry, kept by the person or by a coordinator: changes, their review, merging.

Not here: hours (`availability`), spreadsheets (`register`).
"""
