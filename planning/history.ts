import { type Contract, type History, lineageColumns, loadedColumns } from "../contract/contract.js";
import {
  columnOf,
  expression,
  type Fragment,
  identifier,
  list,
  literal,
  nothing,
  render,
  table,
} from "../sql/render.js";
import { stagingColumn } from "../sql/staging-names.js";
import { isDelete, repeats, said, touched, typeFragment, versions, withdrawn } from "../sql/tables.js";
import {
  anyRevision,
  closing,
  countsOf,
  keyOf,
  type Load,
  labelOf,
  ledger,
  opening,
  sameKey,
  stagedNamed,
  stageRows,
  stagingOf,
  target,
} from "./load.js";
import { placed, stagedColumns } from "./placement.js";
import { statementsOf } from "./statements.js";
import { inOneTransaction, type Step } from "./step.js";
import { checkTypes, checkTypesOf } from "./unaltered.js";

/**
 * A load of a history: the batch's statements take the place of those of its earlier revisions, and the versions of every
 * key that is touched are made anew from all that was ever said of it. So the table depends on the statements alone, and
 * not on the order in which they came.
 */
export function writeHistory(load: Load): Step {
  const history = new HistoryStatements(load);
  return inOneTransaction(labelOf(load, "write the history"), [
    ...opening(load),
    ...stageRows(load),
    ...checkTypes(load),
    ...checkTypesOf(statementsOf(load.contract), load.reliedStatements),
    ...history.note(),
    ...history.derive(),
    ...history.write(),
    ...closing(load, null),
  ]);
}

const alias = {
  staged: expression`staged`,
  said: expression`said`,
  touched: expression`touched`,
  withdrawn: expression`withdrawn`,
  every: expression`every`,
  earlier: expression`earlier`,
  later: expression`later`,
  repeats: expression`repeats`,
  version: expression`version`,
};

/** The columns of a history, which a contract of another mode has not: a fault of this program. */
function historyOf({ load }: Contract): { readonly history: History; readonly orderBy: string } {
  if (load.history === null || load.order_by === null) throw new TypeError(`no history is loaded by ${load.mode}`);
  return { history: load.history, orderBy: load.order_by };
}

const typeOf = ({ columns }: Contract, name: string) =>
  columns.find((column) => column.name === name)?.type ?? ({ name: "timestamp" } as const);

/** The statements of one load; the temporary tables' keys have the names of the contract, but for those of a wide one. */
class HistoryStatements {
  readonly #load: Load;
  readonly #contract: Contract;
  readonly #history: History;
  readonly #orderBy: string;
  readonly #key: readonly string[];

  constructor(load: Load) {
    const { history, orderBy } = historyOf(load.contract);
    this.#load = load;
    this.#contract = load.contract;
    this.#history = history;
    this.#orderBy = orderBy;
    this.#key = load.contract.load.key;
  }

  /** Takes back what earlier revisions said, and notes what this one says. */
  note(): Fragment[] {
    const { columns, values, check } = placed(this.#contract, this.#noted(), this.#load.statementsOrder);
    const names = { statements: literal(this.#statements.sql), withdrawn: literal(this.#table("withdrawn").sql) };
    const key = list(this.#key.map(identifier));
    const { find, take } = this.#load.isReplay ? this.#replaced() : this.#earlier();
    return [
      find,
      render("load/find_touched", {
        touched: this.#table("touched"),
        staged_keys: list(
          this.#key.map((name) => expression`${stagedNamed(this.#contract, name)} AS ${identifier(name)}`),
          ",\n  ",
        ),
        staging: stagingOf(this.#load),
        keys: this.#keys(alias.withdrawn),
        withdrawn: this.#table("withdrawn"),
      }),
      take,
      render("load/insert_staged", { target: this.#statements, staging: stagingOf(this.#load), columns, values }),
      ...check,
      render("load/touch_all", {
        target: literal(target(this.#load).sql),
        statements: names.statements,
        touched: literal(this.#table("touched").sql),
        key_columns: literal(key.sql),
      }),
    ];
  }

  /** What earlier revisions said, and how it is taken back. */
  #earlier() {
    const batch = literal(anyRevision(this.#load));
    const find = render("load/find_withdrawn", {
      withdrawn: this.#table("withdrawn"),
      statements: this.#statements,
      keys: this.#keys(alias.said),
      valid_from: columnOf(alias.said, this.#history.valid_from),
      batch,
      ledger: ledger(this.#load),
      batch_id: literal(this.#load.batchId),
    });
    const names = { statements: literal(this.#statements.sql), withdrawn: literal(this.#table("withdrawn").sql) };
    return { find, take: render("load/withdraw", { ...names, batch }) };
  }

  /** What the batch itself said of the keys and times that replayed statements have; all else that it said stands. */
  #replaced() {
    const rows = { statements: this.#statements, staging: stagingOf(this.#load), place: literal(this.#load.place) };
    const find = render("load/find_replaced", {
      ...rows,
      withdrawn: this.#table("withdrawn"),
      keys: this.#keys(alias.said),
      valid_from: columnOf(alias.said, this.#history.valid_from),
      same_statement: this.#isStaged((name) => columnOf(alias.said, name)),
    });
    const same = this.#isStaged((name) => columnOf(this.#statements, name));
    return { find, take: render("load/withdraw_replaced", { ...rows, same_statement: same }) };
  }

  /** Whether a statement has the key and the time of a staged row. @param of its columns */
  #isStaged(of: (name: string) => Fragment): Fragment {
    const staged = (name: string) => stagedNamed(this.#contract, name);
    return expression`${sameKey(this.#key, of, staged)} AND ${of(this.#history.valid_from)} = ${staged(this.#orderBy)}`;
  }

  /** Which statements this load has noted: those of its place, and of a replay only the staged ones among them. */
  #isOurs(): Fragment {
    const isOfPlace = expression`${this.#said("sluice_batch")} = ${literal(this.#load.place)}`;
    if (!this.#load.isReplay) return isOfPlace;
    const same = this.#isStaged((name) => this.#said(name));
    return expression`${isOfPlace} AND EXISTS (SELECT 1 FROM ${stagingOf(this.#load)} AS staged WHERE ${same})`;
  }

  /** What was said of the touched keys, in order; which of it makes versions; and the counts. */
  derive(): Fragment[] {
    const { track, current, valid_from } = this.#history;
    const isSuper = new Set(this.#contract.columns.flatMap(({ name, type }) => (type.name === "super" ? [name] : [])));
    const quoted = (name: string) => this.#saidName(name).sql;
    const from = this.#said(valid_from);
    const isThere = this.#said(current);
    return [
      render("load/gather_statements", {
        said: this.#table("said"),
        columns: this.#saidColumns(),
        keys: this.#keys(alias.said),
        valid_from: columnOf(alias.said, valid_from),
        statements: this.#statements,
        touched: this.#table("touched"),
        same_key: sameKey(this.#key, keyOf(alias.said), keyOf(alias.touched)),
      }),
      render("load/find_repeats", {
        repeats: this.#table("repeats"),
        keys: list(this.#key.map((name) => this.#saidOf(alias.later, name))),
        said: this.#table("said"),
        same_key: this.#sameSaidKey(alias.earlier, alias.later),
        is_there: this.#saidOf(alias.later, current),
        was_there: this.#saidOf(alias.earlier, current),
      }),
      render("load/compare_repeats", {
        said: literal(this.#table("said").sql),
        repeats: literal(this.#table("repeats").sql),
        key_columns: literal(this.#key.map(quoted).join(",")),
        tracked: literal(track.map((name) => `${isSuper.has(name) ? "s" : "v"}${quoted(name)}`).join(",")),
      }),
      render("load/find_versions", {
        versions: this.#table("versions"),
        every_keys: list(this.#key.map((name) => this.#saidOf(alias.every, name))),
        said_keys: list(this.#key.map((name) => this.#said(name))),
        ...{ valid_from: from, is_there: isThere },
        said: this.#table("said"),
        repeats: this.#table("repeats"),
        same_key: this.#sameSaidKey(alias.repeats, alias.every),
      }),
      this.#count(isThere),
    ];
  }

  /** The touched keys' versions in the place of those that were there. */
  write(): Fragment[] {
    const { columns, values, check } = placed(this.#contract, this.#written(), this.#load.order);
    return [
      render("load/delete_touched", {
        target: target(this.#load),
        touched: this.#table("touched"),
        same_key: sameKey(this.#key, keyOf(target(this.#load)), keyOf(alias.touched)),
      }),
      render("load/insert_versions", {
        target: target(this.#load),
        versions: this.#table("versions"),
        said: this.#table("said"),
        ...{ columns, values },
        same_key: this.#sameSaidKey(alias.said, alias.version),
      }),
      ...check,
    ];
  }

  #count(isThere: Fragment): Fragment {
    const staged = (name: string) => stagedNamed(this.#contract, name);
    return render("load/count_history", {
      counts: countsOf(this.#load),
      is_there: isThere,
      said: this.#table("said"),
      repeats: this.#table("repeats"),
      withdrawn: this.#table("withdrawn"),
      staging: stagingOf(this.#load),
      same_key: this.#sameSaidKey(alias.repeats, alias.said),
      same_statement: expression`${sameKey(this.#key, keyOf(alias.withdrawn), staged)} AND withdrawn.sluice_from = ${staged(this.#orderBy)}`,
      is_absent: expression`${stagingColumn(this.#contract, this.#key[0] ?? "", alias.staged)} IS NULL`,
      is_ours: this.#isOurs(),
    });
  }

  /** A staged row as a statement: from when it holds, and whether what it speaks of is there. */
  #noted() {
    const { valid_from, valid_to, current } = this.#history;
    const isThere = expression`NOT COALESCE(${isDelete(this.#contract, alias.staged)}, FALSE)`;
    return [
      ...stagedColumns(this.#contract),
      { name: valid_from, value: stagedNamed(this.#contract, this.#orderBy) },
      { name: valid_to, value: expression`CAST(NULL AS ${typeFragment(typeOf(this.#contract, this.#orderBy))})` },
      { name: current, value: isThere },
    ];
  }

  /** A version: the values of its last statement, and its own times. */
  #written() {
    const { valid_from, valid_to, current } = this.#history;
    return [
      ...[...loadedColumns(this.#contract), ...lineageColumns].map(({ name }) => ({ name, value: this.#said(name) })),
      { name: valid_from, value: expression`version.sluice_from` },
      { name: valid_to, value: expression`version.sluice_until` },
      { name: current, value: expression`version.sluice_until IS NULL` },
    ];
  }

  get #statements(): Fragment {
    const { schema, name } = statementsOf(this.#contract).table;
    return table({ schema, name });
  }

  #table(name: keyof typeof temporaries): Fragment {
    return table(temporaries[name](this.#contract));
  }

  #keys = (of: Fragment): Fragment => list(this.#key.map((name) => columnOf(of, name)));

  #sameSaidKey = (left: Fragment, right: Fragment): Fragment =>
    sameKey(
      this.#key,
      (name) => this.#saidOf(left, name),
      (name) => this.#saidOf(right, name),
    );

  #said = (name: string): Fragment => this.#saidOf(alias.said, name);

  #saidOf = (of: Fragment, name: string): Fragment => expression`${of}.${this.#saidName(name)}`;

  /** A wide contract's statements are gathered under short names, by their order; a plan has no room for quotes (A2.2). */
  #saidName(name: string): Fragment {
    const order = this.#load.statementsOrder;
    return order === null ? identifier(name) : expression`c${literal(order.indexOf(name) + 1)}`;
  }

  #saidColumns(): Fragment {
    const order = this.#load.statementsOrder;
    if (order === null) return nothing;
    return expression` (${list([...order.map((name) => this.#saidName(name)), expression`sluice_number`])})`;
  }
}

const temporaries = { withdrawn, touched, said, repeats, versions };
