import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface HourlyFile {
  /** As the keys of the landing bucket spell it, with hyphens: `2026-11-22-05`. */
  readonly folder: string;
  readonly path: string;
  readonly rows: number;
}

/** The flights of the other benchmarks, divided into files of an hour each; before them a small one, to warm up with. */
export function writeHourlyFiles(folder: string, hours: number): readonly HourlyFile[] {
  const whole = join(folder, "flights.csv");
  const made = spawnSync(join(root, ".venv", "bin", "python"), [join(root, "bench/glue/flights.py"), whole], {
    encoding: "utf8",
  });
  if (made.status !== 0) throw new Error(`flights.py: ${made.error?.message ?? made.stderr}`);
  const [header = "", ...lines] = readFileSync(whole, "utf8").trimEnd().split("\n");
  const file = (day: number, hour: number, part: readonly string[]): HourlyFile => {
    const name = `2026-11-${String(day).padStart(2, "0")}-${String(hour).padStart(2, "0")}`;
    const path = join(folder, `${name}.csv`);
    writeFileSync(path, `${[header, ...part].join("\n")}\n`);
    return { folder: name, path, rows: part.length };
  };
  const size = Math.ceil(lines.length / hours);
  return [
    file(21, 23, lines.slice(0, 1000)),
    ...Array.from({ length: hours }, (_, hour) => file(22, hour, lines.slice(hour * size, (hour + 1) * size))),
  ];
}
