"""Behind `detector demo`: the script, the worker process, the play, and what the audience sees."""
