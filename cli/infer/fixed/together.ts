import type { FileText } from "../read-file.js";
import type { Hints, Sample } from "../sample.js";
import { readFixed } from "./read-fixed.js";

/**
 * One sample of several files of fixed width whose places differ: a longer value in one of them tells a wider column for all.
 * @returns undefined where nothing has to be told again
 */
export function together(
  files: readonly FileText[],
  samples: readonly { readonly sample: Sample }[],
  hints: Hints,
): Sample | undefined {
  const isFixed = files.length > 1 && samples.every(({ sample }) => sample.format.type === "fixed");
  const [first] = files;
  if (!isFixed || first === undefined) return undefined;
  const places = new Set(samples.map(({ sample }) => sample.fields.map(({ from }) => from).join(",")));
  const formats = new Set(
    samples.map(({ sample: { format } }) => JSON.stringify([format.skip_lines, format.footer, format.comment])),
  );
  if (places.size === 1 || formats.size > 1) return undefined;
  const skipped = Number(samples[0]?.sample.format.skip_lines ?? 0);
  const footer = samples[0]?.sample.format.footer;
  const parts = files.map((file) => {
    const lines = file.text.split("\n");
    const end =
      footer === undefined
        ? lines.length
        : lines.findIndex((line, at) => at >= skipped && line.startsWith(String(footer)));
    return { above: lines.slice(0, skipped), records: lines.slice(skipped, end), below: lines.slice(end) };
  });
  const [one] = parts;
  const text = [...(one?.above ?? []), ...parts.flatMap(({ records }) => records), ...(one?.below ?? [])].join("\n");
  return readFixed({ ...first, text, isCut: false }, hints);
}
