"""A real student that learns: answers only against raw against curated traces, on problems of our own.

    problems    word problems from a seed, each with a true solution as words, program and equations
    plan        sizes, arms and settings; the smoke version
    corpora     the product's own path: teachers, store, verification, filter, export
    students    a tiny student and its trainings, by finetune
    measures    accuracies and exact tests, by evaluate
    page        the table, the picture and docs/results/distill.md

`python -m benchmarks.distill` or `make distill` runs it; every stage goes on where it was stopped.
"""
