"""The assessment: statuses, dates, readings and notices, and how they are said."""
