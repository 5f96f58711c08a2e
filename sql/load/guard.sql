-- Raises sluice:AlreadyLoaded or sluice:Superseded when this revision must not be loaded.
-- dataset, batch_id, revision, place, execution: literals; kind: 'batch', 'refresh', 'replay' or 'rollback'; forced: boolean.
CALL sluice.guard({{dataset}}, {{batch_id}}, {{revision}}, {{place}}, {{execution}}, {{kind}}, {{forced}})
