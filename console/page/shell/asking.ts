import { html, nothing } from "lit";
import { partitionAt } from "../../../contract/partition.js";
import type { Attempt, RerunDone } from "../../model/api.js";
import { writtenAs } from "../../model/grid.js";
import type { Summary } from "../../model/overview.js";
import type { CellPlace } from "../map/heat-map.js";
import type { Client } from "./client.js";
import "../dialogs/backfill-dialog.js";
import "../dialogs/rerun-dialog.js";
import "../dialogs/rerun-many-dialog.js";

/** What a dialog is open for. */
export type Asking =
  | { readonly rerun: Attempt }
  | { readonly many: readonly string[] }
  | { readonly backfill: CellPlace | null };

export interface AskedFor {
  readonly client: Client;
  readonly rows: readonly Summary[];
  readonly onClose: () => void;
  /** Something was begun. */
  readonly onChange: () => void;
  readonly onRerun: (done: RerunDone) => void;
}

/** The dialog that is open. */
export function dialogOf(asking: Asking | undefined, { client, rows, onClose, onChange, onRerun }: AskedFor) {
  if (asking === undefined) return nothing;
  if ("rerun" in asking) {
    return html`<rerun-dialog .client=${client} .attempt=${asking.rerun} @closed=${onClose} @done=${({ detail }: CustomEvent<RerunDone>) => onRerun(detail)}></rerun-dialog>`;
  }
  if ("many" in asking) {
    return html`<rerun-many-dialog .client=${client} .executions=${asking.many} @closed=${onClose} @done=${onChange}></rerun-many-dialog>`;
  }
  const row = rows.find(({ dataset }) => dataset === asking.backfill?.dataset) ?? rows[0];
  const granularity = row?.granularity ?? "hour";
  const present = row?.freshness?.partition ?? partitionAt(new Date(), granularity);
  const partition = row?.dataset === asking.backfill?.dataset ? (asking.backfill?.partition ?? present) : present;
  return html`<backfill-dialog
    .client=${client}
    .rows=${rows}
    .datasetName=${row?.dataset ?? ""}
    from=${writtenAs(granularity, partition.slice(0, 10), "first")}
    to=${writtenAs(granularity, partition, "last")}
    @closed=${onClose}
    @done=${() => {
      onClose();
      onChange();
    }}
  ></backfill-dialog>`;
}
