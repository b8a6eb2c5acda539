"""The page that people open in a browser: tables, chapters, one file that needs no network."""
