"""Which schedule of the model's runs keeps the promise to most events: decided on a virtual clock."""
