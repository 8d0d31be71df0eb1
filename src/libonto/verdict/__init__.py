"""The assessment: statuses, dates, readings and notices; plans, explanations, comparisons."""
