import { type Command, Option } from "commander";
import { UsageWrong } from "../exit-codes.js";
import { queryLake } from "../lake.js";
import { type AccountOptions, withAccount } from "../options.js";
import { formatRows, type RowFormat } from "../rows.js";
import { withSession } from "../session.js";
import { runStatement } from "../statements.js";
import { print } from "../terminal.js";
import { readerWarehouse } from "../warehouse.js";

interface QueryOptions extends AccountOptions {
  readonly format: RowFormat;
  readonly null: string;
  readonly json?: boolean;
  readonly lake?: boolean;
}

/** `sluice query "<sql>"`: through the Data API, as the readers' database user. */
export function addQuery(program: Command): void {
  const command = program.command("query").description("run one statement in the warehouse, as its reader");
  withAccount(command)
    .argument("<sql>", "in quotes; the warehouse's dialect")
    .addOption(new Option("--format <format>").choices(["table", "csv", "json"]).default("table"))
    .option("--json", "the same as --format json")
    .option("--null <text>", "what stands for NULL in table and csv", "")
    .option("--lake", "through Athena, over what the sources have published; on AWS only")
    .action(async (sql: string, options: QueryOptions) => {
      // Athena speaks Trino's SQL; another engine would say yes and no to other things.
      if (options.lake && options.local) {
        throw new UsageWrong(
          "--lake is not supported in the local account: there is no Athena. Query the warehouse, or read the Parquet under .sluice/s3/<processed bucket>/.",
        );
      }
      await withSession(options, async ({ clients, project }) => {
        const result = options.lake
          ? await queryLake(clients, project.project, sql)
          : await runStatement(clients, readerWarehouse(project.project), sql);
        if (result.columns.length === 0) return;
        print(formatRows(result, options.json ? "json" : options.format, options.null));
      });
    });
}
