-- Puts sluice.loads__next in the place of sluice.loads. Left out when has_own_columns answers.
-- schema: literal.
CALL sluice.renew_view({{schema}}, 'loads', 'loads__next')
