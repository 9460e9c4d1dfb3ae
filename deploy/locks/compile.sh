#!/bin/sh
# Resolves pyproject.toml into the hashed lock files beside this script; the argument is the pip-compile to use.
set -eu
compile="$1 --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host"
$compile -c deploy/locks/constraints.txt -o deploy/locks/serve.txt pyproject.toml
$compile --extra faust -c deploy/locks/serve.txt -o deploy/locks/faust.txt pyproject.toml
$compile --extra faust --extra registry -c deploy/locks/faust.txt -o deploy/locks/registry.txt pyproject.toml
$compile --extra http -c deploy/locks/constraints.txt -c deploy/locks/serve.txt -o deploy/locks/http.txt pyproject.toml
$compile --extra http --extra otel -c deploy/locks/http.txt -c deploy/locks/registry.txt -o deploy/locks/otel.txt pyproject.toml
$compile --extra dev --extra faust --extra http --extra otel --extra registry -c deploy/locks/otel.txt -c deploy/locks/registry.txt -o deploy/locks/dev.txt pyproject.toml
# What builds the wheel in the image.
$compile --only-build-deps --build-deps-for wheel -o deploy/locks/build.txt pyproject.toml
# Training knows no Faust: the click that Faust asks for is too old for the tools of PyTorch's world.
$compile --extra dev --extra train -o deploy/locks/train.txt pyproject.toml
# What the product is compared with knows no newer confluent-kafka than its own.
$compile -o deploy/locks/peers.txt deploy/locks/peers.in
