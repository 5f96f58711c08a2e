-- What the checks of a revision found; a part of select_counts.
-- results: table.
LEFT JOIN {{results}} AS results ON results.batch_id = loaded.batch_id AND results.revision = loaded.revision
