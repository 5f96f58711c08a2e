import { config } from "zod";

// zod would try to compile its parsers, which the page's policy forbids.
config({ jitless: true });
await import("./app.js");
