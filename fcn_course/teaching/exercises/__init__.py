"""What the exercises draw and do beside the lectures."""
