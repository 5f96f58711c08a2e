-- All questions about the target in one statement: the Data API gives a result set a statement, and each costs a call to
-- be read. Every part asks the catalogue only, on the leader node, so that they may stand in one UNION (C10.11).
-- session, relations, columns, statements, comments, keys, bound_view, aggregates, design, distribution: the queries of the
-- files beside. Returns a row a finding: the question, a number that orders the answers to it, and what was found, its
-- values parted by tabs; the last one may hold tabs itself.
SELECT
  CAST('session' AS varchar(16)) AS question,
  CAST(0 AS integer) AS place_among_them,
  CAST(
    loading_user || CHR(9) || database_name || CHR(9) || CAST(schemas AS varchar(8))
    || CHR(9) || CAST(may_create_tables AS varchar(8)) || CHR(9) || CAST(may_create_schemas AS varchar(8))
    || CHR(9) || CAST(reader_groups AS varchar(8)) AS varchar(65535)
  ) AS found
FROM ({{session}}) AS found_session
UNION ALL
SELECT
  CAST('relations' AS varchar(16)) AS question,
  CAST(0 AS integer) AS place_among_them,
  CAST(
    schema_name || CHR(9) || relation_name || CHR(9) || kind || CHR(9) || owner
    || CHR(9) || CAST(may_select AS varchar(8)) || CHR(9) || CAST(may_insert AS varchar(8))
    || CHR(9) || CAST(may_update AS varchar(8)) || CHR(9) || CAST(may_delete AS varchar(8)) AS varchar(65535)
  ) AS found
FROM ({{relations}}) AS found_relations
UNION ALL
SELECT
  CAST('columns' AS varchar(16)) AS question,
  column_number AS place_among_them,
  CAST(
    column_name || CHR(9) || type_name || CHR(9) || CAST(is_not_null AS varchar(8))
    || CHR(9) || CAST(has_default AS varchar(8)) AS varchar(65535)
  ) AS found
FROM ({{columns}}) AS found_columns
UNION ALL
SELECT
  CAST('statements' AS varchar(16)) AS question,
  column_number AS place_among_them,
  CAST(
    column_name || CHR(9) || type_name || CHR(9) || CAST(is_not_null AS varchar(8))
    || CHR(9) || CAST(has_default AS varchar(8)) AS varchar(65535)
  ) AS found
FROM ({{statements}}) AS found_statements
UNION ALL
SELECT
  CAST('comments' AS varchar(16)) AS question,
  CAST(0 AS integer) AS place_among_them,
  CAST(column_name || CHR(9) || comment_hash AS varchar(65535)) AS found
FROM ({{comments}}) AS found_comments
UNION ALL
SELECT
  CAST('keys' AS varchar(16)) AS question,
  CAST(0 AS integer) AS place_among_them,
  CAST(column_name || CHR(9) || constraint_name AS varchar(65535)) AS found
FROM ({{keys}}) AS found_keys
UNION ALL
SELECT
  CAST('bound_view' AS varchar(16)) AS question,
  CAST(0 AS integer) AS place_among_them,
  CAST(view_name AS varchar(65535)) AS found
FROM ({{bound_view}}) AS found_bound_view
UNION ALL
SELECT
  CAST('aggregates' AS varchar(16)) AS question,
  CAST(0 AS integer) AS place_among_them,
  CAST(
    schema_name || CHR(9) || view_name || CHR(9) || kind || CHR(9) || owner || CHR(9) || bound_view || CHR(9) || comment_text
    AS varchar(65535)
  ) AS found
FROM ({{aggregates}}) AS found_aggregates
UNION ALL
SELECT
  CAST('design' AS varchar(16)) AS question,
  column_number AS place_among_them,
  CAST(
    column_name || CHR(9) || encoding || CHR(9) || CAST(is_distribution_key AS varchar(8))
    || CHR(9) || CAST(sort_position AS varchar(8)) || CHR(9) || identity_kind AS varchar(65535)
  ) AS found
FROM ({{design}}) AS found_design
UNION ALL
SELECT
  CAST('distribution' AS varchar(16)) AS question,
  CAST(0 AS integer) AS place_among_them,
  CAST(distribution_style AS varchar(65535)) AS found
FROM ({{distribution}}) AS found_distribution
ORDER BY 1, 2, 3
