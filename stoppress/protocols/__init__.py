"""The standards that Stop Press speaks, as pure functions: values in, values out.

No Django, no socket, no clock and no environment: whoever calls passes the time in.
Each file keeps to one standard, names the section it obeys, and is tested against that
standard's own examples.
"""
