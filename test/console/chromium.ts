import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** The path of a Chromium on this machine: `CHROMIUM`, or one on the PATH. @returns undefined when there is none. */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM;
  if (named !== undefined && named !== "") return named;
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
}

/** As root a sandbox is refused; what is opened is our own page. */
export const chromiumArguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"];
