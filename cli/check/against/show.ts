import { type Change, changeClasses, stops } from "../../../contract/evolution/change.js";

/** The changes as a person reads them, those that stop last, so that they stand above the prompt. */
export function changesText(changes: readonly Change[], against: string): string {
  if (changes.length === 0) return `No changes against ${against}.`;
  const classed = changeClasses.flatMap((kind) => changes.filter((change) => change.class === kind));
  return [...classed.map(changeText), "", summary(changes, against)].join("\n");
}

function changeText({ class: kind, file, path, before, after, table, readers, loaded, isAccepted }: Change): string {
  const what = before === null ? `added ${after ?? ""}` : after === null ? `removed ${before}` : `${before} → ${after}`;
  const means = Object.entries({ table, readers, loaded }).flatMap(([of, text]) =>
    text === undefined ? [] : [`    ${of}: ${text}`],
  );
  return [
    `${kind}: ${file} ${path}: ${what}${isAccepted && kind !== "harmless" && kind !== "planned" ? " (accepted: 'breaks')" : ""}`,
    ...means,
  ].join("\n");
}

function summary(changes: readonly Change[], against: string): string {
  const counts = changeClasses.flatMap((kind) => {
    const count = changes.filter((change) => change.class === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  const head = `${changes.length} ${changes.length === 1 ? "change" : "changes"} against ${against}: ${counts.join(", ")}.`;
  if (!changes.some(stops)) return head;
  const files = [...new Set(changes.filter(stops).map(({ file }) => file))];
  return `${head} If they are intended, give the reason in ${files.join(", ")}: breaks: <text>.`;
}
