-- Sets a user's password by its digest, never by its text.
-- user: identifier; digest: literal, 'sha256|<digest>|<salt>'.
ALTER USER {{user}} PASSWORD {{digest}}
