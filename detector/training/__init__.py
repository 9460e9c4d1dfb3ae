"""Training: seed texts and corpora in, a model bundle out. Needs the extra `train`; the worker never imports it."""
