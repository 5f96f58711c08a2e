import type { SluiceEvent } from "../../contract/events.js";
import type { Happened } from "./incident.js";
import type { Message } from "./message-form.js";

/** What a person reads of an event. */
export function messageOf({ id, event }: Happened): Message {
  const { title, lines } = textOf(event);
  return composed(id, event, title, lines);
}

/** What a person reads when an incident is over. @param cause as incidents have it */
export function repairedMessage({ id, event }: Happened, cause: string): Message {
  const what = cause.replace(/^Batch(Refused|Failed)-/, "").replace(/^PartitionOverdue$/, "overdue");
  const now = event.type === "PartitionOverdue" ? "The delivery has come." : "The batch is loaded.";
  return composed(id, event, `repaired: ${what}`, [`${now} Nothing needs to be done.`]);
}

function composed(id: string, event: SluiceEvent, title: string, lines: readonly string[]): Message {
  const { project, dataset, partition, owner, links } = event.detail;
  const about = [
    `Dataset:    ${dataset}`,
    `Partition:  ${partition ?? "unknown"}`,
    ...(owner === null ? [] : [`Owner:      ${owner}`]),
    ...Object.entries(links).flatMap(([name, link]) =>
      link === null ? [] : [`${`${name.charAt(0).toUpperCase()}${name.slice(1)}:`.padEnd(12)}${link}`],
    ),
  ];
  return {
    subject: `Sluice ${project}: ${dataset} ${partition ?? ""}: ${title}`.replace(" :", ":"),
    text: [...about, "", ...lines].join("\n"),
    event: { id, type: event.type, detail: event.detail },
  };
}

function textOf({ type, detail }: SluiceEvent): { readonly title: string; readonly lines: readonly string[] } {
  switch (type) {
    case "BatchLoaded": {
      const { read, written, rejected } = detail.counts;
      const counts = `${read ?? "?"} records read, ${written ?? "?"} written, ${rejected ?? "?"} rejected.`;
      return { title: "loaded", lines: [counts, ...detail.warnings.map((warning) => `Warning: ${warning}`)] };
    }
    case "BatchRefused":
      return {
        title: detail.error,
        lines: [
          detail.message,
          "",
          `Nothing was changed. To do: the ${detail.acts === "ours" ? "team that runs Sluice" : detail.acts} acts; the runbook has a section "${detail.error}".`,
        ],
      };
    case "BatchFailed":
      return {
        title: detail.error,
        lines: [
          detail.message,
          "",
          `To do: remove the cause, then run 'sluice rerun ${detail.execution.split(":").at(-1)}', which redrives the load if that helps.`,
        ],
      };
    case "PartitionOverdue":
      return {
        title: "overdue",
        lines: [
          `It was expected by ${detail.deadline}.`,
          "",
          'To do: ask the producer; the runbook has a section "Overdue".',
        ],
      };
    case "SchemaChanged":
      return {
        title: "table changed",
        lines: detail.changes.map(
          ({ change, column, from }) => `${detail.table}: ${column} ${change}${from === null ? "" : ` from ${from}`}`,
        ),
      };
  }
}
