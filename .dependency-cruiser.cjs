/** The rooms are kept apart: what each may not import. */
const room = (name, forbidden, comment) => ({
  name: `${name}-stays-apart`,
  comment,
  severity: "error",
  from: { path: `^${name}/` },
  to: { path: `^(${forbidden.join("|")})/` },
});

module.exports = {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    { name: "no-orphans-unresolved", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "schedule-imports-nothing",
      comment: "a leaf that the contract and the local account both use",
      severity: "error",
      from: { path: "^schedule/", pathNot: "^schedule/test/" },
      to: { pathNot: "^schedule/" },
    },
    room("contract", ["run-folder", "planning", "sql", "functions", "state-machines", "infra", "local", "cli", "console", "examples", "test"], "what a user declares knows nothing of what is done with it"),
    room("run-folder", ["planning", "sql", "functions", "state-machines", "infra", "local", "cli", "console", "examples", "test"], "the files of a run are read in one place, by whoever has an object store"),
    room("planning", ["functions", "state-machines", "infra", "local", "cli", "console", "examples", "test"], "a plan follows from contract, report and inspection alone"),
    room("sql", ["run-folder", "planning", "functions", "state-machines", "infra", "local", "cli", "console", "examples", "test"], "SQL follows from contracts alone"),
    room("functions", ["state-machines", "infra", "local", "cli", "console", "examples", "test"], "a Lambda knows its payload, not who calls it"),
    room("state-machines", ["contract", "run-folder", "planning", "sql", "functions", "infra", "local", "cli", "console", "examples", "test"], "definitions are data with one loader"),
    room("infra", ["run-folder", "planning", "functions", "local", "cli", "console", "examples", "test"], "functions and jobs are bundled by path, not imported"),
    room("local", ["contract", "run-folder", "planning", "sql", "functions", "state-machines", "infra", "cli", "console", "examples", "test"], "the local account knows only AWS and the synthesized templates"),
    room("console", ["run-folder", "planning", "sql", "functions", "state-machines", "infra", "local", "cli", "examples", "test"], "the console knows its backend's interface, not the account behind it"),
    {
      name: "the-page-runs-in-a-browser",
      severity: "error",
      from: { path: "^console/(page|model)/" },
      to: { path: "^console/server/|^node_modules/@aws-sdk/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "the-page-has-no-node",
      severity: "error",
      from: { path: "^console/(page|model)/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "the-interpreter-stands-alone",
      severity: "error",
      from: { path: "^local/interpreter/" },
      to: { path: "^local/", pathNot: "^local/interpreter/" },
    },
    {
      name: "logic-holds-no-sdk",
      comment: "beside a handler stands logic that is tested without the SDK",
      severity: "error",
      from: { path: "^(contract|run-folder|planning|sql|state-machines|console)/" },
      to: { path: "^node_modules/@aws-sdk/" },
    },
    {
      name: "only-the-command-opens-the-local-account",
      severity: "error",
      from: { pathNot: "^local/|^cli/local/local-account-package\\.ts$" },
      to: { path: "^(local/|local-account)" },
    },
  ],
  options: {
    parser: "swc",
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^dist|^local/dist|cdk\\.out|\\.sluice|\\.venv)" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default", "types"] },
  },
};
