"""`detector train`: stands in front of the training package, which needs the extra `train`."""

from importlib.util import find_spec

import typer

from detector.cli.feedback import SETTINGS
from detector.cli.options import with_settings
from detector.errors import Misconfigured


def train(context: typer.Context) -> None:
    """Train a model and export it as a bundle (extra: train). `detector train --help` lists its options."""
    if missing := [name for name in ("torch", "transformers", "onnx") if find_spec(name) is None]:
        raise Misconfigured(
            f"training needs {', '.join(missing)}: install the extra with pip install 'contact-leak-detector[train]', "
            "or run `make train`, which does."
        )
    # Importing PyTorch takes seconds that no other command should pay.
    from detector.training.command import train_command  # noqa: PLC0415

    command = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode="markdown")
    command.command()(with_settings(*SETTINGS)(train_command))
    command(args=context.args, prog_name="detector train", standalone_mode=False)
