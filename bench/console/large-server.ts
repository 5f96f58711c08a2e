import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AccountBackend } from "../../cli/console/account-backend.js";
import { serveConsole } from "../../console/server/server.js";
import { sessionTo } from "./account.js";

/** A process of its own, so that its memory is the server's: serves the account at the endpoint that it is given. */
async function main(endpoint: string, page: string): Promise<void> {
  const place = { isLocal: false, environment: null, isReadOnly: true };
  const backend = new AccountBackend(sessionTo(endpoint), place);
  const served = await serveConsole({ backend, assets: readAssets(page), port: 0 });
  const answers: Readonly<Record<string, () => Promise<void>>> = {
    whole: async () => {
      while (!(await backend.overview()).isComplete) await sleep(300);
      const { loads } = await backend.overview();
      process.send?.({ loads, megabytes: process.memoryUsage().rss / 1024 / 1024 });
    },
    look: async () => {
      // What was found a moment ago counts as a look.
      await sleep(1100);
      const begin = performance.now();
      await backend.overview();
      process.send?.({ milliseconds: performance.now() - begin });
    },
    end: async () => {
      await served.close();
      process.disconnect();
    },
  };
  process.on("message", (message) => void answers[String(message)]?.());
  process.send?.({ url: served.url });
}

/** The page's files lie in a folder: this is a bundle, as the command in a package is one. */
function readAssets(folder: string) {
  const type = { html: "text/html; charset=utf-8", css: "text/css", js: "text/javascript; charset=utf-8" };
  const file = (name: string, kind: keyof typeof type) =>
    [`/${name}`, { type: type[kind], content: readFileSync(join(folder, name || "index.html")) }] as const;
  return new Map([file("", "html"), file("page.css", "css"), file("page.js", "js")]);
}

await main(process.argv[2] ?? "", process.argv[3] ?? "");
