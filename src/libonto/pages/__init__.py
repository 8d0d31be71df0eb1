"""The web pages: for people who know no RDF, and for those who do."""
