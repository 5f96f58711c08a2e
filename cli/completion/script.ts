import type { Command } from "commander";

export const shells = ["bash", "zsh", "fish"] as const;

/** A command as a shell completes it. */
interface Completed {
  /** Its words: `local up`; empty for `sluice` itself. */
  readonly path: string;
  readonly description: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly {
    readonly flag: string;
    readonly description: string;
    readonly choices: readonly string[];
  }[];
  /** What its first argument may be, where that is a closed list. */
  readonly words: readonly string[];
  /** Its first argument is a dataset: a file of the project. */
  readonly takesDataset: boolean;
}

/** The script for a shell, made from the commands themselves. */
export function completionScript(program: Command, shell: (typeof shells)[number]): string {
  const all = describe(program, "");
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](all).trimEnd();
}

function describe(command: Command, path: string): readonly Completed[] {
  const visible = command
    .createHelp()
    .visibleCommands(command)
    .filter((child) => child.name() !== "help");
  const [argument] = command.registeredArguments;
  const own: Completed = {
    path,
    description: command.description(),
    commands: visible.map((child) => ({ name: child.name(), description: child.description() })),
    options: command.options.map(({ long, short, description, argChoices }) => ({
      flag: long ?? short ?? "",
      description,
      choices: argChoices ?? [],
    })),
    words: argument?.argChoices ?? [],
    takesDataset: argument?.name() === "dataset",
  };
  return [own, ...visible.flatMap((child) => describe(child, path === "" ? child.name() : `${path} ${child.name()}`))];
}

const datasets = "$(ls datasets 2>/dev/null | sed -n 's/\\.ya\\{0,1\\}ml$//p')";

/** Two levels of commands at most; what is no word of ours is completed as a file. */
function bashScript(all: readonly Completed[]): string {
  const cases = all.map(({ path, commands, options, words, takesDataset }) => {
    const offered = [...commands.map(({ name }) => name), ...words, ...options.map(({ flag }) => flag), "--help"].join(
      " ",
    );
    return `    "${path}") words="${offered}${takesDataset ? ` ${datasets}` : ""}" ;;`;
  });
  const choices = all.flatMap(({ path, options }) =>
    options
      .filter((option) => option.choices.length > 0)
      .map(({ flag, choices: values }) => `    "${path} ${flag}") words="${values.join(" ")}" ;;`),
  );
  return `# bash completion of sluice: source <(sluice completion bash)
_sluice() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
${nested(all)}
    esac
  done
  case "$path" in
${cases.join("\n")}
  esac
  case "$path $previous" in
${choices.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _sluice sluice
`;
}

/** Which words lead from a command to the next. */
function nested(all: readonly Completed[]): string {
  const lines = all.flatMap(({ path, commands }) =>
    commands.map(({ name }) => `      "${path} ${name}") path="${path === "" ? name : `${path} ${name}`}" ;;`),
  );
  return lines.join("\n");
}

const single = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

function zshScript(all: readonly Completed[]): string {
  const cases = all.map(({ path, commands, options, words, takesDataset }) => {
    const colon = (text: string) => text.replaceAll(":", "\\:");
    const offered = [
      ...commands.map(({ name, description }) => single(`${name}:${colon(description)}`)),
      ...words.map((word) => single(word)),
      ...options.map(({ flag, description }) => single(`${flag}:${colon(description)}`)),
      single("--help:how to call it"),
    ];
    const files = takesDataset ? `\n      offered+=(datasets/*.y(a|)ml(N:t:r))` : "";
    return `    ${single(path)})\n      offered=(\n        ${offered.join("\n        ")}\n      )${files}\n      ;;`;
  });
  return `#compdef sluice
# zsh completion of sluice: sluice completion zsh > "\${fpath[1]}/_sluice"
_sluice() {
  local -a offered
  local path_="" word
  for word in "\${words[@]:1:CURRENT-2}"; do
    case "$path_ $word" in
${nested(all).replaceAll('path="', 'path_="')}
    esac
  done
  case "$path_" in
${cases.join("\n")}
  esac
  _describe 'sluice' offered
  _files
}
compdef _sluice sluice
`;
}

function fishScript(all: readonly Completed[]): string {
  const lines = all.flatMap(({ path, commands, options, words, takesDataset }) => {
    const names = commands.map(({ name }) => name).join(" ");
    const last = path.split(" ").at(-1) ?? "";
    const here =
      path === ""
        ? "__fish_use_subcommand"
        : `__fish_seen_subcommand_from ${last}${names === "" ? "" : `; and not __fish_seen_subcommand_from ${names}`}`;
    const when = `complete -c sluice -n ${single(here)}`;
    return [
      ...commands.map(({ name, description }) => `${when} -f -a ${name} -d ${single(description)}`),
      ...words.map((word) => `${when} -f -a ${word}`),
      ...(takesDataset ? [`${when} -a "(ls datasets 2>/dev/null | string replace -r '\\.ya?ml$' '')"`] : []),
      ...options.map(({ flag, description, choices }) => {
        const values = choices.length === 0 ? "" : ` -x -a ${single(choices.join(" "))}`;
        return `${when} -l ${flag.replace(/^--/, "")}${values} -d ${single(description)}`;
      }),
    ];
  });
  return `# fish completion of sluice: sluice completion fish > ~/.config/fish/completions/sluice.fish\n${lines.join("\n")}\n`;
}
