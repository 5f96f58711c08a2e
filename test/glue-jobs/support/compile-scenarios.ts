import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseDocument } from "yaml";
import { compileContract } from "../../../contract/compile.js";
import { DatasetFile } from "../../../contract/schema.js";
import { keepTexts } from "../../../contract/yaml-texts.js";

/** Prints the compiled contract of every folder of test/scenarios, as the validation would pin it. */
const folder = fileURLToPath(new URL("../../scenarios", import.meta.url));
const contracts = readdirSync(folder)
  .filter((name) => existsSync(join(folder, name, "contract.yaml")))
  .map((name) => {
    const document = parseDocument(readFileSync(join(folder, name, "contract.yaml"), "utf8"));
    keepTexts(document);
    const file = DatasetFile.parse(document.toJSON());
    return [name, compileContract(file)] as const;
  });
console.log(JSON.stringify(Object.fromEntries(contracts)));
