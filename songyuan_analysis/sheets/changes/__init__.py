"""Two releases of a workbook: what moved in the layout, and which numbers changed."""
