-- Creates a user without a password; it is set next. Left out when user_exists answers.
-- user: identifier.
CREATE USER {{user}} PASSWORD DISABLE
