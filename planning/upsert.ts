import type { Contract } from "../contract/contract.js";
import { columns, expression, type Fragment, identifier, list, literal, render, table } from "../sql/render.js";
import { isWide } from "../sql/staging-names.js";
import { fates, isDelete } from "../sql/tables.js";
import {
  closing,
  countsOf,
  keyOf,
  type Load,
  labelOf,
  opening,
  sameKey,
  stagedNamed,
  stageRows,
  stagingOf,
  target,
} from "./load.js";
import { placed, stagedColumns } from "./placement.js";
import { inOneTransaction, type Step } from "./step.js";
import { checkTypes } from "./unaltered.js";

const staged = expression`staged`;
const present = expression`present`;
const fate = expression`fate`;
const incoming = expression`incoming`;

/** The newest version of each key: one comparison with the target, then MERGE, or DELETE and INSERT. */
export function upsert(load: Load): Step {
  const { contract } = load;
  // A MERGE could not delete as well, and a DELETE before it would look through the target a third time; and it names every
  // column six times, for which a wide contract has no room.
  const isHard = contract.load.deletes?.action === "hard";
  return inOneTransaction(labelOf(load, "upsert the rows"), [
    ...opening(load),
    ...stageRows(load),
    ...checkTypes(load),
    compare(load),
    render("load/check_fates", {
      dataset: literal(contract.dataset),
      fates: literal(fatesOf(contract).sql),
      expected: literal(load.counts.written),
    }),
    render("load/count_upsert", { counts: countsOf(load), fates: fatesOf(contract) }),
    ...(contract.load.strategy === "delete_insert" || isHard || isWide(contract)
      ? [deleteKeys(load, ["inserted", "updated", "deleted"]), ...insertCounted(load)]
      : [merge(load)]),
    ...closing(load, null),
  ]);
}

const fatesOf = (contract: Contract) => table(fates(contract));

/** Hard deletes leave nothing behind, soft ones a tombstone, which is a row. */
const written = (contract: Contract): Fragment =>
  list(
    (contract.load.deletes?.action === "soft" ? ["inserted", "updated", "deleted"] : ["inserted", "updated"]).map(
      literal,
    ),
  );

const stagedIsFated = (contract: Contract) =>
  sameKey(contract.load.key, (name) => stagedNamed(contract, name), keyOf(fate));

function compare(load: Load): Fragment {
  const { contract } = load;
  const { key, deletes } = contract.load;
  const [first] = key;
  const isAbsent = expression`present.${identifier(first ?? "")} IS NULL`;
  return render("load/compare", {
    fates: fatesOf(contract),
    keys: list(
      key.map((name) => expression`${stagedNamed(contract, name)} AS ${identifier(name)}`),
      ",\n  ",
    ),
    target_is_newer: targetIsNewer(load),
    is_delete: isDelete(contract, staged),
    has_no_live_row:
      deletes?.action === "soft" ? expression`${isAbsent} OR present.${identifier(deletes.mark)}` : isAbsent,
    staging: stagingOf(load),
    target: target(load),
    same_key: sameKey(key, (name) => stagedNamed(contract, name), keyOf(present)),
  });
}

/** By order_by, then by place. Rows that were there before Sluice have no place and give way. */
function targetIsNewer({ contract, place }: Load): Fragment {
  const isLater = expression`present.sluice_batch > ${literal(place)}`;
  if (contract.load.order_by === null) return isLater;
  const [theirs, ours] = [
    expression`present.${identifier(contract.load.order_by)}`,
    stagedNamed(contract, contract.load.order_by),
  ];
  return expression`${theirs} > ${ours} OR (${theirs} = ${ours} AND ${isLater})`;
}

/** What is written of a staged row with its fate: the columns, and the mark of a soft delete. */
function writtenColumns(contract: Contract): readonly { readonly name: string; readonly value: Fragment }[] {
  const { deletes } = contract.load;
  const mark =
    deletes?.action === "soft" ? [{ name: deletes.mark, value: expression`(fate.sluice_fate = 'deleted')` }] : [];
  return [...stagedColumns(contract), ...mark];
}

function merge(load: Load): Fragment {
  const { contract } = load;
  const values = writtenColumns(contract);
  const names = values.map(({ name }) => name);
  return render("load/merge", {
    target: target(load),
    staging: stagingOf(load),
    fates: fatesOf(contract),
    values: list(
      values.map(({ name, value }) => expression`${value} AS ${identifier(name)}`),
      ",\n  ",
    ),
    staged_key: stagedIsFated(contract),
    counted: written(contract),
    same_key: sameKey(contract.load.key, keyOf(target(load)), keyOf(incoming)),
    assignments: list(
      names
        .filter((name) => !contract.load.key.includes(name))
        .map((name) => expression`${identifier(name)} = incoming.${identifier(name)}`),
    ),
    columns: columns(names),
    incoming: columns(names, incoming),
  });
}

const deleteKeys = (load: Load, counted: readonly string[]): Fragment =>
  render("load/delete_compared", {
    target: target(load),
    fates: fatesOf(load.contract),
    same_key: sameKey(load.contract.load.key, keyOf(target(load)), keyOf(fatesOf(load.contract))),
    counted: list(counted.map(literal)),
  });

function insertCounted(load: Load): Fragment[] {
  const { contract } = load;
  const { columns, values, check } = placed(contract, writtenColumns(contract), load.order);
  const insert = render("load/insert_compared", {
    ...{ target: target(load), staging: stagingOf(load), fates: fatesOf(contract), columns, values },
    staged_key: stagedIsFated(contract),
    counted: written(contract),
  });
  return [insert, ...check];
}
