"""Tables on a sheet: where they are, what their rows and columns say, and what that means together."""
