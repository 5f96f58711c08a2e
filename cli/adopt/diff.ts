/** Lines around a change that a diff shows. */
const around = 3;

/** A unified diff of two texts, as `patch` and `git apply` take it; empty where they are equal. */
export function unifiedDiff(before: string, after: string, file: string): string {
  const [old, now] = [before.split("\n"), after.split("\n")];
  const steps = script(old, now);
  const changed = steps.flatMap(({ sign }, at) => (sign === " " ? [] : [at]));
  if (changed.length === 0) return "";
  const hunks: { from: number; to: number }[] = [];
  for (const at of changed) {
    const last = hunks.at(-1);
    if (last !== undefined && at - around <= last.to) last.to = at + around;
    else hunks.push({ from: Math.max(0, at - around), to: at + around });
  }
  const texts = hunks.map(({ from, to }) => hunkText(steps, from, Math.min(to, steps.length - 1)));
  return [`--- a/${file}`, `+++ b/${file}`, ...texts].join("\n");
}

interface Step {
  readonly sign: " " | "-" | "+";
  readonly line: string;
}

function hunkText(steps: readonly Step[], from: number, to: number): string {
  const shown = steps.slice(from, to + 1);
  const linesOf = (part: readonly Step[], sign: "-" | "+") =>
    part.filter((step) => step.sign === " " || step.sign === sign);
  const [oldAt, newAt] = (["-", "+"] as const).map((sign) => linesOf(steps.slice(0, from), sign).length + 1);
  const [oldLines, newLines] = (["-", "+"] as const).map((sign) => linesOf(shown, sign).length);
  return [`@@ -${oldAt},${oldLines} +${newAt},${newLines} @@`, ...shown.map(({ sign, line }) => sign + line)].join(
    "\n",
  );
}

/** The shortest way from one list of lines to the other, by their longest common part. */
function script(old: readonly string[], now: readonly string[]): readonly Step[] {
  const common = old.map(() => new Uint32Array(now.length + 1));
  common.push(new Uint32Array(now.length + 1));
  const length = (a: number, b: number) => common[a]?.[b] ?? 0;
  for (let a = old.length - 1; a >= 0; a--) {
    for (let b = now.length - 1; b >= 0; b--) {
      const row = common[a];
      if (row !== undefined) {
        row[b] = old[a] === now[b] ? length(a + 1, b + 1) + 1 : Math.max(length(a + 1, b), length(a, b + 1));
      }
    }
  }
  const steps: Step[] = [];
  let [a, b] = [0, 0];
  while (a < old.length || b < now.length) {
    const [gone, come] = [old[a], now[b]];
    if (gone !== undefined && gone === come) {
      steps.push({ sign: " ", line: gone });
      a++;
      b++;
    } else if (gone !== undefined && (come === undefined || length(a + 1, b) >= length(a, b + 1))) {
      steps.push({ sign: "-", line: gone });
      a++;
    } else {
      steps.push({ sign: "+", line: come ?? "" });
      b++;
    }
  }
  return steps;
}
