import { styleText } from "node:util";

/** What long work does at this moment, in one line of the terminal that is written over, with the seconds it takes. */
export class LiveLine {
  private readonly stream: Pick<NodeJS.WriteStream, "isTTY" | "columns" | "write">;
  private readonly now: () => number;
  private timer: NodeJS.Timeout | undefined;
  private text = "";
  private since = 0;

  /** Where there is no terminal nothing is written: the result says all. */
  constructor(stream: Pick<NodeJS.WriteStream, "isTTY" | "columns" | "write"> = process.stderr, now = Date.now) {
    this.stream = stream;
    this.now = now;
  }

  /** What begins now. */
  show(text: string): void {
    if (!this.stream.isTTY) return;
    this.text = text;
    this.since = this.now();
    this.draw();
    this.timer ??= setInterval(() => this.draw(), 1000).unref();
  }

  /** Removes the line, before anything else is printed. */
  end(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    if (this.stream.isTTY && this.text !== "") this.stream.write("\r\u001b[2K");
    this.text = "";
  }

  private draw(): void {
    const seconds = Math.floor((this.now() - this.since) / 1000);
    const line = `${this.text}${seconds === 0 ? "" : `  ${seconds} s`}`.slice(0, (this.stream.columns || 80) - 1);
    this.stream.write(`\r\u001b[2K${styleText("dim", line)}`);
  }
}
