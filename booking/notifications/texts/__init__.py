"""Text messages for those who read no mail: facts and a link, by a provider or an HTTP hook.

Never a name of a third person, never to another number than the account's own.
"""
