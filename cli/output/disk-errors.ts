import { z } from "zod";

/** What a disk that cannot be written means for whoever runs a command, by the code of the error. */
const sentences: Readonly<Record<string, (path: string) => string>> = {
  ENOSPC: (path) => `The disk of ${path} is full: free some space and run it again.`,
  EDQUOT: (path) => `The disk quota for ${path} is used up: free some space and run it again.`,
  EROFS: (path) => `${path} is on a read-only disk: copy the project to a writable folder.`,
  EACCES: (path) =>
    `You are not allowed to write ${path}: change its permissions, or copy the project to your own folder.`,
};

const DiskError = z.object({ code: z.string(), path: z.string().optional(), dest: z.string().optional() });

/** One sentence, when an error is the disk's; undefined when it is another. */
export function diskErrorOf(error: unknown): string | undefined {
  const { data } = DiskError.safeParse(error);
  return data && sentences[data.code]?.(data.dest ?? data.path ?? "the project");
}
