-- Touches every key when the table of the history is empty: it is made anew from all that was ever said.
-- target, statements, touched: literals, the tables' quoted names; key_columns: literal, quoted names.
CALL sluice.touch_all({{target}}, {{statements}}, {{touched}}, {{key_columns}})
