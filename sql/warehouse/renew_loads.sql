-- Puts sluice.loads__next in the place of sluice.loads. Left out when has_own_columns answers.
CALL sluice.renew_view('sluice', 'loads', 'loads__next')
