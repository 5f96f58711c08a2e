-- sluice.renew_view: gives a view other columns: the one beside it takes its name, with its grants and comments, and every view
-- that is bound to it is made again over the new one, in one transaction. Run by the views' owner, the administrator.
-- Raises sluice:DependentViews, see sluice.note_views; then nothing is changed.
CREATE OR REPLACE PROCEDURE sluice.renew_view(view_schema varchar(128), target varchar(128), next_view varchar(128))
AS $$
DECLARE
  aside varchar(128);
  in_schema varchar(256);
BEGIN
  aside := target || '__before';
  in_schema := QUOTE_IDENT(view_schema) || '.';
  -- Asked by the name that people know; the views stand aside by another one.
  CALL sluice.note_views(view_schema, target);
  DROP TABLE sluice_noted_views;
  EXECUTE 'ALTER TABLE ' || in_schema || QUOTE_IDENT(target) || ' RENAME TO ' || QUOTE_IDENT(aside);
  EXECUTE 'ALTER TABLE ' || in_schema || QUOTE_IDENT(next_view) || ' RENAME TO ' || QUOTE_IDENT(target);
  CALL sluice.hand_over(view_schema, aside, target);
  CALL sluice.copy_comments(view_schema, aside, target);
  CALL sluice.follow_views(view_schema, target, aside);
  EXECUTE 'DROP VIEW ' || in_schema || QUOTE_IDENT(aside);
END;
$$ LANGUAGE plpgsql
