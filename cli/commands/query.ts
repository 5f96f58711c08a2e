import { existsSync, readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { openTarget, withTarget } from "../account/session.js";
import { type AccountOptions, withAccount } from "../arguments/options.js";
import { UsageWrong } from "../output/exit-codes.js";
import { formatRows, type RowFormat } from "../output/rows.js";
import { print } from "../output/terminal.js";
import { queryLake } from "../warehouse/lake.js";
import { runStatement } from "../warehouse/statements.js";
import { readerWarehouse } from "../warehouse/warehouse.js";

interface QueryOptions extends AccountOptions {
  readonly file?: string;
  readonly format: RowFormat;
  readonly null: string;
  readonly json?: boolean;
  readonly lake?: boolean;
}

/** `sluice query "<sql>"`: through the Data API, as the readers' database user. */
export function addQuery(program: Command): void {
  const command = program.command("query");
  withAccount(command)
    .argument("[sql]", "in quotes, in the warehouse's dialect; - reads it from stdin")
    .option("--file <file>", "read the SQL from a file")
    .addOption(new Option("--format <format>").choices(["table", "csv", "json"]).default("table"))
    .option("--json", "the same as --format json")
    .option("--null <text>", "text for NULL in table and csv output", "")
    .option("--lake", "query the published files through Athena; on AWS only")
    .action(async (text: string | undefined, options: QueryOptions) => {
      const sql = sqlOf(text, options.file);
      // Athena speaks Trino's SQL; another engine would say yes and no to other things.
      const target = openTarget(options);
      if (options.lake && target.isLocal) {
        throw new UsageWrong(
          "--lake is not supported in the local account: there is no Athena. Query the warehouse, or read the Parquet under .sluice/s3/<processed bucket>/.",
        );
      }
      await withTarget(target, options, async ({ clients, project }) => {
        const result = options.lake
          ? await queryLake(clients, project.project, sql)
          : await runStatement(clients, readerWarehouse(project.project), sql);
        if (result.columns.length === 0) return;
        print(formatRows(result, options.json ? "json" : options.format, options.null));
      });
    });
}

/** @throws UsageWrong unless exactly one of the two says it */
function sqlOf(text: string | undefined, file: string | undefined): string {
  if ((text === undefined) === (file === undefined)) {
    throw new UsageWrong("Pass the SQL in quotes, --file with a file that contains it, or - to read it from stdin.");
  }
  if (file === undefined) return text === "-" ? readFileSync(0, "utf8") : (text ?? "");
  if (!existsSync(file)) throw new UsageWrong(`'${file}' is not a file. Pass a file that contains SQL.`);
  return readFileSync(file, "utf8");
}
