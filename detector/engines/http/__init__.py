"""The HTTP engine: the same pipeline behind an address that answers.

`judge` drives the pipeline, `scoring` and `probes` are what can be asked, `app` puts them together, `service` runs it.
Add a router of your own in `app.make_app`.
"""
