"""The audit: checks by rule, each with its evidence cell by cell; nothing is corrected here."""
