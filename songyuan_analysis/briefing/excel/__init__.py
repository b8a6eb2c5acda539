"""The workbook that people open in Excel or WPS, written anew each time."""
