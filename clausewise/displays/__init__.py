"""Cases, decisions and audits that show themselves in a notebook."""
