"""The demo newsroom's content: a real continuing story, told from the record.

The text lives in ``data/``, so that who writes it need not read Python;
``story.py`` reads it. Nothing here publishes anything: the command does.
"""
