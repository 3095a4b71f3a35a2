"""Equation-of-Thought, EoT/1: read a system of equations, solve it exactly, prove the one answer."""
