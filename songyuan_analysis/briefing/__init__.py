"""What people look at: charts, tables, the workbook and the page."""
