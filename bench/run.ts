/** `npm run bench -- <name>`: each benchmark prints what it does and ends with one line of JSON. */
const benchmarks: Readonly<Record<string, () => Promise<(args: readonly string[]) => Promise<void>>>> = {
  "glue-tax": async () => (await import("./glue/glue-tax.js")).glueTax,
  "glue-native": async () => (await import("./glue/glue-native.js")).glueNative,
  formats: async () => (await import("./conversions/formats.js")).formats,
  columnar: async () => (await import("./glue/python.js")).pythonBenchmark("bench/glue/columnar.py"),
  "columnar-memory": async () => (await import("./glue/python.js")).pythonBenchmark("bench/glue/columnar_memory.py"),
  sql: async () => (await import("./glue/python.js")).pythonBenchmark("bench/glue/sql_proof.py"),
  protect: async () => (await import("./glue/python.js")).pythonBenchmark("bench/glue/protect.py"),
  packed: async () => (await import("./glue/python.js")).pythonBenchmark("bench/glue/packed.py"),
  memory: async () => (await import("./glue/python.js")).pythonBenchmark("bench/glue/memory.py"),
  speed: async () => (await import("./conversions/speed.js")).speed,
  conformance: async () => (await import("./glue/conformance.js")).conformance,
  parsers: async () => (await import("./glue/python.js")).pythonBenchmark("bench/glue/parsers.py"),
  pollution: async () => (await import("./glue/python.js")).pythonBenchmark("bench/glue/pollution.py"),
  fuzz: async () => (await import("./glue/python.js")).pythonBenchmark("bench/glue/fuzz.py"),
  "end-to-end": async () => (await import("./end-to-end/end-to-end.js")).endToEnd,
  replay: async () => (await import("./end-to-end/replay.js")).replay,
  engines: async () => (await import("./engines/engines.js")).engines,
  dbt: async () => (await import("./dbt/dbt.js")).dbt,
  synth: async () => (await import("./synth.js")).synth,
  latency: async () => (await import("./latency.js")).latency,
  transitions: async () => (await import("./transitions.js")).transitions,
  upsert: async () => (await import("./upsert.js")).upsert,
  history: async () => (await import("./history.js")).history,
  "batch-checks": async () => (await import("./batch-checks.js")).batchChecks,
  "any-order": async () => (await import("./any-order.js")).anyOrder,
  histories: async () => (await import("./histories.js")).histories,
  readers: async () => (await import("./readers.js")).readers,
  console: async () => (await import("./console/console.js")).consoleBenchmark,
};

const [name = "", ...args] = process.argv.slice(2);
const load = benchmarks[name];
if (load) {
  await (await load())(args);
} else {
  console.error(`'${name}' is no benchmark; there are ${Object.keys(benchmarks).join(", ")}.`);
  process.exitCode = 64;
}
