import vm from "node:vm";

// Node has it only with this flag, and without it jest would report a syntax error for every test file.
if (vm.SourceTextModule === undefined)
  throw new Error(
    "The tests run as ES modules, as the product does: npm run jest -- <path> (node --experimental-vm-modules).",
  );

// CloudFormation's validator takes six seconds a synthesis; it has a test of its own.
process.env.CDK_VALIDATION ??= "false";
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

export default {
  testEnvironment: "<rootDir>/scripts/jest-environment.mjs",
  cacheDirectory: "<rootDir>/node_modules/.cache/jest",
  roots: ["<rootDir>/test", "<rootDir>/local/test", "<rootDir>/schedule/test"],
  testMatch: ["**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "es6" } },
    ],
  },
  moduleNameMapper: {
    "^(\\.{1,2}/.*)\\.js$": "$1",
    // The packages of this repository run from their sources, as tsconfig.json says too.
    "^schedule-expressions$": "<rootDir>/schedule/index.ts",
    "^local-account$": "<rootDir>/local/index.ts",
    "^local-account/(\\w+)$": "<rootDir>/local/$1.ts",
  },
  reporters: ["default"],
  testTimeout: 60000,
};
