import { type ChangeClass, changeClasses } from "../../../contract/evolution/change.js";
import type { Value } from "./test-warehouse.js";

/** Twelve changes of one contract whose table lives: what each is called, what it does to the file, what comes then. */

/** The contract before its first change. */
export const first = `dataset: orders
source: shop
partition: day
format: { type: csv }
columns:
  - { name: id, type: varchar(8) }
  - { name: version, type: integer }
  - { name: quantity, type: smallint }
  - { name: amount, type: "decimal(5,2)" }
  - { name: ratio, type: real }
  - { name: note, type: varchar(5) }
  - { name: fax, type: varchar(9) }
checks:
  some: quantity > 0
table: { name: sales.orders, distribution: even, sort: [quantity] }
load: { mode: upsert, key: [id], order_by: version }
`;

/** What a file holds of a record, by the names in its header. */
export type Record = Readonly<globalThis.Record<string, Value>>;
const usual: Record = { version: 1, quantity: 2, amount: "2.00", ratio: 0.5, note: "n" };

export interface Step {
  readonly what: string;
  readonly class: ChangeClass;
  readonly edits: readonly (readonly [string, string])[] | "adopt";
  readonly records: readonly Record[];
  /** The records that are loaded once more by the new contract, by the number of their step. */
  readonly again?: number;
}

export const steps: readonly Step[] = [
  {
    what: "a column is added",
    class: "planned",
    edits: [["checks:", "  - { name: vat, type: smallint, optional: true }\nchecks:"]],
    records: [{ ...usual, id: "b", vat: 7 }],
  },
  {
    what: "an integer and a decimal grow",
    class: "planned",
    edits: [
      ["quantity, type: smallint", "quantity, type: integer"],
      ["decimal(5,2)", "decimal(9,4)"],
    ],
    records: [{ ...usual, id: "c", quantity: 70_000, amount: "12345.6789" }],
  },
  {
    what: "a column is renamed",
    class: "breaks readers",
    edits: [
      ["{ name: quantity, type", "{ name: units, was: quantity, from: quantity, type"],
      ["some: quantity", "some: units"],
      ["sort: [quantity]", "sort: [units]"],
    ],
    records: [
      { ...usual, id: "a", version: 2, note: "newer" },
      { ...usual, id: "d" },
    ],
  },
  {
    what: "what is unknown, and what does not fit, is rescued",
    class: "planned",
    edits: [
      ["format:", "unknown_columns: rescue\nformat:"],
      ["vat, type: smallint,", "vat, type: smallint, on_error: rescue,"],
    ],
    records: [
      { ...usual, id: "e", vat: 99_999, Colour: "red" },
      { ...usual, id: "f", Colour: "green" },
    ],
  },
  {
    what: "what was rescued is adopted",
    class: "planned",
    edits: "adopt",
    records: [{ ...usual, id: "g", vat: 88_888, Colour: "blue" }],
    again: 4,
  },
  {
    what: "a column is retired",
    class: "breaks readers",
    edits: [["fax, type: varchar(9)", "fax, type: varchar(9), retired: true"]],
    records: [{ ...usual, id: "h", fax: "555-1234" }],
  },
  {
    what: "a varchar grows under a view",
    class: "planned",
    edits: [["varchar(5)", "varchar(50)"]],
    records: [{ ...usual, id: "i", note: "a longer note" }],
  },
  {
    what: "real becomes double precision",
    class: "planned",
    edits: [["type: real", "type: double precision"]],
    records: [{ ...usual, id: "j", ratio: 0.1 }],
  },
  {
    what: "a check is removed",
    class: "harmless",
    edits: [["checks:\n  some: units > 0\n", ""]],
    records: [{ ...usual, id: "k", quantity: -5 }],
  },
  {
    what: "descriptions are written",
    class: "harmless",
    edits: [["source: shop", "source: shop\ndescription: Orders of the shop."]],
    records: [{ ...usual, id: "l" }],
  },
  {
    what: "a check is added",
    class: "needs a decision",
    edits: [["table:", "checks: { plausible: amount < 99999 }\ntable:"]],
    records: [{ ...usual, id: "m" }],
  },
  {
    what: "the integer grows again",
    class: "planned",
    edits: [["from: quantity, type: integer", "from: quantity, type: bigint"]],
    records: [{ ...usual, id: "n", quantity: 5_000_000_000 }],
  },
];

/** The records of the first file. */
export const firstRecords: readonly Record[] = [{ ...usual, id: "a", quantity: 1, note: "a" }];

/** A contract as a person changes it. @throws TypeError when the text is another than was thought */
export function editedBy(edits: Exclude<Step["edits"], "adopt">, text: string): string {
  return edits.reduce((done, [from, to]) => {
    if (!done.includes(from)) throw new TypeError(`the contract has no '${from}'`);
    return done.replace(from, to);
  }, text);
}

/** @returns undefined when the comparison found nothing */
export const worstOf = (classes: readonly ChangeClass[]): ChangeClass | undefined =>
  changeClasses.findLast((each) => classes.includes(each));
