"""An assessment as a page of text, as JSON, as HTML, and as a SHACL validation report."""
