"""What an operator does around the worker: topics, replays, looking at verdicts, finding what is wrong."""
