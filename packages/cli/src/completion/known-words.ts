import type { Command } from 'commander'

/** What may stand behind a command: the commands below it, its options. */
export interface KnownWords {
  /** Of the command: `keys create`; empty: the whole. */
  readonly path: string
  readonly commands: readonly { readonly name: string; readonly about: string }[]
  readonly options: readonly { readonly name: string; readonly about: string; readonly values: readonly string[] }[]
}

/** Of the command and of all below it. */
export function knownWords(command: Command, path: readonly string[] = []): readonly KnownWords[] {
  const commands = command.commands.map((below) => ({ name: below.name(), about: below.description() }))
  const options = command.options.map(({ long, description, argChoices = [] }) => ({ name: long ?? '', about: description, values: argChoices }))
  const own = { path: path.join(' '), commands, options: [...options, { name: '--help', about: 'show help', values: [] }] }
  return [own, ...command.commands.flatMap((below) => knownWords(below, [...path, below.name()]))]
}
