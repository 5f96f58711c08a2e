import type pg from "pg";
import type { CopyCommand } from "../dialect/translation.js";

/** An object as a file on disk. */
export interface ObjectFile {
  readonly path: string;
  readonly size: number;
}

/** Reads objects under the COPY role. */
export interface CopySource {
  /** @throws an error whose `name` is S3's: NoSuchKey, AccessDenied … */
  open(roleArn: string, bucket: string, key: string, user: string): Promise<ObjectFile>;
}

export interface CopyContext {
  readonly queryId: number;
  readonly user: string;
  readonly database: string;
  readonly processId: number;
}

export interface CopyRunner {
  /** Loads what the command names; resolves to the number of rows. @throws StatementFailed */
  run(client: pg.Client, command: CopyCommand, context: CopyContext): Promise<number>;
}

/** A file of a COPY, on disk. */
export interface CopyFile extends ObjectFile {
  readonly url: string;
  readonly bucket: string;
  readonly key: string;
}
