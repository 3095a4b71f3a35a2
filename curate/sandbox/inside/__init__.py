"""The side of the sandbox that runs in the fork server's own process: standard library and ctypes only.

Nothing here is imported by the caller's process, which holds keys, except the tables it needs for names.
"""
