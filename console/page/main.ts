import { config } from "zod";

// zod would try to compile its parsers, which the page's policy forbids.
config({ jitless: true });
// uPlot formats by the browser's language, and a system without one (LANG=C) gives Chromium one that Intl does not know.
try {
  Intl.getCanonicalLocales(navigator.language);
} catch {
  Object.defineProperty(navigator, "language", { value: "en" });
}
await import("./shell/app.js");
