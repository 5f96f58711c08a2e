-- Raises sluice:BatchCheckFailed when a check of this revision did not pass whose severity is refuse.
-- dataset, batch_id, revision: literals.
CALL sluice.judge_batch_checks({{dataset}}, {{batch_id}}, {{revision}})
