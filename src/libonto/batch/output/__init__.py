"""The forms in which a batch's verdicts are written."""
