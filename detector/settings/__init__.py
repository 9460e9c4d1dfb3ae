"""Settings: read once, at the door, from flags, the environment and `.env`."""

from detector.settings.load import load_settings
from detector.settings.model import Delivery, Engine, Settings

__all__ = ["Delivery", "Engine", "Settings", "load_settings"]
