#!/bin/sh
# Resolves pyproject.toml into the hashed lock files beside this script; the argument is the pip-compile to use.
set -eu
compile="$1 --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host"
$compile -o deploy/locks/serve.txt pyproject.toml
$compile --extra dev -c deploy/locks/serve.txt -o deploy/locks/dev.txt pyproject.toml
$compile --extra dev --extra train -c deploy/locks/dev.txt -o deploy/locks/train.txt pyproject.toml
