"""A store as a local web page: find traces, look at one beside its siblings, ask in SQL, mark what is good.

`server` binds to 127.0.0.1 and runs `routes`; `guard` lets in only who knows the token; `wish` is what a list
is asked for, and `index` answers it from memory; `desk` reads and writes the store, `views` is what it reads;
`pages` renders. What a model wrote is never obeyed: pages hold no inline script or style, and their policy
forbids both.
"""
