import { ownSchema } from "../contract/own-schema.js";
import { expression, type Fragment, identifier } from "./render.js";

/** The procedures, with the argument types that tell them apart. */
const signatures = {
  guard: expression`guard(varchar, varchar, varchar, varchar, varchar, varchar, boolean)`,
  check: expression`check(varchar, bigint, varchar, varchar)`,
  check_unique: expression`check_unique(varchar, varchar, varchar, varchar, varchar, varchar, varchar, varchar)`,
  judge_batch_checks: expression`judge_batch_checks(varchar, varchar, varchar)`,
  check_fates: expression`check_fates(varchar, varchar, bigint)`,
  withdraw: expression`withdraw(varchar, varchar, varchar)`,
  touch_all: expression`touch_all(varchar, varchar, varchar, varchar)`,
  compare_repeats: expression`compare_repeats(varchar, varchar, varchar, varchar)`,
  check_history: expression`check_history(varchar, varchar, varchar)`,
  remove_rows: expression`remove_rows(varchar, varchar, varchar)`,
  balance: expression`balance(varchar, varchar, varchar, varchar)`,
  add_column: expression`add_column(varchar, varchar, varchar, varchar, varchar)`,
  add_columns: expression`add_columns(varchar, varchar, varchar)`,
  rename_column: expression`rename_column(varchar, varchar, varchar, varchar)`,
  check_columns: expression`check_columns(varchar, varchar, varchar)`,
  check_types: expression`check_types(varchar, varchar, varchar, bigint)`,
  check_width: expression`check_width(varchar, varchar, varchar, bigint)`,
  check_dependents: expression`check_dependents(varchar, varchar, varchar, varchar)`,
  hand_over: expression`hand_over(varchar, varchar, varchar)`,
  keep_grants: expression`keep_grants(varchar, varchar)`,
  give_back_grants: expression`give_back_grants(varchar, varchar)`,
  note_aggregate: expression`note_aggregate(varchar, varchar, varchar)`,
  rebuild_views: expression`rebuild_views(varchar, varchar, varchar)`,
  copy_comments: expression`copy_comments(varchar, varchar, varchar)`,
  lock_holders: expression`lock_holders(varchar, varchar, varchar)`,
  lock_waits: expression`lock_waits(varchar, varchar, varchar, varchar, varchar)`,
  drop_leftovers: expression`drop_leftovers(varchar, varchar, varchar, varchar)`,
  check_swap: expression`check_swap(varchar, varchar, varchar)`,
  check_growth: expression`check_growth(varchar, varchar, varchar, varchar, bigint)`,
  note_views: expression`note_views(varchar, varchar)`,
  follow_views: expression`follow_views(varchar, varchar, varchar)`,
  grow_table: expression`grow_table(varchar, varchar, varchar, varchar, varchar)`,
  renew_view: expression`renew_view(varchar, varchar, varchar)`,
} as const satisfies Readonly<Record<string, Fragment>>;

/** What readers may call too: it shows who waits for whom, to those who watch a load. */
export const readersProcedure = () => expression`${identifier(ownSchema())}.${signatures.lock_waits}`;

/** By name, as GRANT and REVOKE name them. */
export const procedures = () =>
  Object.entries(signatures).map(
    ([name, signature]) => [name, expression`${identifier(ownSchema())}.${signature}`] as const,
  );
