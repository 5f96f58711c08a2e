-- Columns of a wide target, a page of them, in as few bytes as it takes: the pages of 1,600 columns fit together in a
-- state's 256 KB (A2.2).
-- answers: literal, the question; schema, target: literals, names; after, until: literals, the columns' numbers. Returns a row
-- each: the question, number in their order, and parted by tabs: name, type, NOT NULL, default, the beginning of the
-- comment's MD5 and how the column is protected, as comments.sql has it.
SELECT
  CAST({{answers}} AS varchar(16)) AS question,
  CAST(a.attnum AS integer) AS place_among_them,
  CAST(
    CAST(a.attname AS varchar(128)) || CHR(9) || CAST(FORMAT_TYPE(a.atttypid, a.atttypmod) AS varchar(128))
    || CHR(9) || CASE WHEN a.attnotnull THEN '1' ELSE '0' END || CHR(9) || CASE WHEN a.atthasdef THEN '1' ELSE '0' END
    || CHR(9) || COALESCE(
      SUBSTRING(MD5(d.description), 1, 12)
      || CASE
        WHEN d.description LIKE '[protected: %]%' THEN ' ' || SUBSTRING(d.description, 13, POSITION(']' IN d.description) - 13)
        ELSE ''
      END, ''
    ) AS varchar(1024)
  ) AS found
FROM pg_catalog.pg_attribute AS a
INNER JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_description AS d ON d.objoid = c.oid AND d.objsubid = a.attnum
WHERE n.nspname = {{schema}} AND c.relname = {{target}} AND NOT a.attisdropped
  AND a.attnum > {{after}} AND a.attnum <= {{until}}
ORDER BY a.attnum
