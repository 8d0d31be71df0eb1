"""An assessment in words and forms: text, pages, JSON, reports and SHACL validation reports."""
