"""Many candidates: the same verdicts as one by one, in all cores or on several machines."""
