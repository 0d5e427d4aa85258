/** Something that can be asked of the page by its name, typed at the start of the box. */
export interface SlashCommand {
  /** Without the slash. */
  readonly name: string
  /** What may follow it, in a word: `instructions`. */
  readonly argument?: string
  /** What it does, in one line. */
  readonly about: string
  /** Resolves once it is under way; what it rejects with is shown at the box, and the text stays in it. */
  readonly run: (argument: string) => Promise<void>
}

export interface Asked {
  readonly command: SlashCommand
  readonly argument: string
}

/** The command that a whole message asks for. Any other text that begins with a slash, a path for example, is a message. */
export function commandIn(text: string, commands: readonly SlashCommand[]): Asked | undefined {
  const match = /^\/([a-z-]+)(?:\s+([\s\S]*))?$/.exec(text.trim())
  const command = commands.find((one) => one.name === match?.[1])
  const argument = (match?.[2] ?? '').trim()
  // What takes no argument is not meant where words follow: they would be lost.
  if (command === undefined || (command.argument === undefined && argument !== '')) return undefined
  return { command, argument }
}

/** What may be meant while a name is being typed; nothing once something else is in the box. */
export function commandsFor(text: string, commands: readonly SlashCommand[]): readonly SlashCommand[] {
  const match = /^\/([a-z-]*)(\s[\s\S]*)?$/.exec(text)
  if (match === null) return []
  const [, name = '', rest] = match
  return commands.filter((one) => (rest === undefined ? one.name.startsWith(name) : one.name === name && one.argument !== undefined))
}
