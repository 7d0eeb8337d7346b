"""The command `lofte`."""
