"""The page behind the link that ends e-mails, and the one click of RFC 8058."""
