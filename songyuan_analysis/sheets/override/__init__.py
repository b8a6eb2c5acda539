"""What an analyst says about the layout of a workbook in ``NAME.layout.toml``, instead of what would be guessed."""
