"""What `detector doctor` looks at: the machine and the model here, the cluster there."""
