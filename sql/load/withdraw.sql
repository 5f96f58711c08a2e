-- Takes the statements of earlier revisions of the batch away, if there are any.
-- statements, withdrawn: literals, the tables' quoted names; batch: literal, a LIKE pattern over the places of the batch.
CALL sluice.withdraw({{statements}}, {{withdrawn}}, {{batch}})
