-- Takes away what an earlier attempt at this revision noted of its checks.
-- results: table; batch_id, revision: literals.
DELETE FROM {{results}}
WHERE batch_id = {{batch_id}} AND revision = {{revision}}
