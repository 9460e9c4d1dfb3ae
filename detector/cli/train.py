"""`detector train`, which needs an extra: this module imports nothing of it until the command runs."""

from importlib import import_module

import typer

from detector.errors import Misconfigured

EXTRA = "contact-leak-detector[train]"
FORWARDED = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
"""The real command, with its options and its help, is only there with the extra."""


def train(context: typer.Context) -> None:
    """Train a model on seed texts and corpora and export it as a bundle (needs the extra `train`).

        pip install 'contact-leak-detector[train]'
        detector train --corpus texts.jsonl.gz --out models

    `detector train --help` tells the options once the extra is installed. Ends with 2 without it.
    """
    try:
        command = import_module("detector.training.command").train_command
    except ModuleNotFoundError as error:
        if error.name is not None and error.name.startswith("detector"):
            raise
        raise Misconfigured(f"training needs {error.name}, which is not installed: pip install '{EXTRA}'") from None
    app = typer.Typer(pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]})
    app.command()(command)
    app(context.args, prog_name="detector train", standalone_mode=True)
