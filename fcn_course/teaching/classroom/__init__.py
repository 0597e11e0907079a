"""A folder with all that a class without a network needs: data, weights, notebooks, wheels, and how to start."""
