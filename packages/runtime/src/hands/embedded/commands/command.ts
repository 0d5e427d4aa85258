import type { Command, ResolvedCommandContext } from 'just-bash/browser'
import type { FileTree } from '../file-tree'
import { resolvePath } from '../tree-node'

export type Result = Awaited<ReturnType<Command['execute']>>

/** What a command of ours works with. */
export interface Call {
  readonly args: readonly string[]
  readonly tree: FileTree
  readonly context: ResolvedCommandContext
  /** A path as the tree has it. */
  at(path: string): string
}

export const out = (stdout: string, exitCode = 0, stderr = ''): Result => ({ stdout, stderr, exitCode })
export const err = (stderr: string, exitCode = 1): Result => ({ stdout: '', stderr, exitCode })

/** A command on the session's tree. What it throws goes to the shell, which names the command. */
export function command(name: string, tree: FileTree, run: (call: Call) => Result | Promise<Result>): Command {
  return {
    name,
    execute: async (args, context) =>
      run({
        args,
        tree,
        context,
        at: (path) => (path.endsWith('/') && path !== '/' ? `${resolvePath(context.cwd, path)}/` : resolvePath(context.cwd, path)),
      }),
  }
}

/** Short and long options as GNU tools read them. */
export interface Options {
  readonly flags: ReadonlySet<string>
  readonly values: ReadonlyMap<string, string>
  readonly rest: readonly string[]
}

/** Which letters stand alone and which take a value; long names say what letter they mean. */
export interface Shape {
  readonly flags: string
  readonly valued?: string
  readonly long?: Readonly<Record<string, string>>
  /** Options end at the first word that is none, because what follows is another command. */
  readonly stopsEarly?: boolean
}

/** An option that the command does not have: an error that names it, never ignored. */
export class BadOption extends Error {}

/** @throws BadOption */
export function options(args: readonly string[], shape: Shape): Options {
  const flags = new Set<string>()
  const values = new Map<string, string>()
  const rest: string[] = []
  const words = [...args]
  const valued = shape.valued ?? ''
  const long = (word: string): void => {
    const [name = '', inline] = word.slice(2).split(/=(.*)/s)
    const letter = shape.long?.[name]
    if (letter === undefined) throw new BadOption(`unrecognized option '--${name}'`)
    if (!valued.includes(letter)) flags.add(letter)
    else values.set(letter, inline ?? words.shift() ?? '')
  }
  const short = (word: string): void => {
    for (let i = 1; i < word.length; i++) {
      const letter = word.charAt(i)
      if (shape.flags.includes(letter)) flags.add(letter)
      else if (valued.includes(letter)) {
        const value = word.slice(i + 1) || words.shift()
        if (value === undefined) throw new BadOption(`option requires an argument -- '${letter}'`)
        values.set(letter, value)
        return
      } else throw new BadOption(`invalid option -- '${letter}'`)
    }
  }
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--') {
      rest.push(...words.splice(0))
    } else if (word.startsWith('--')) long(word)
    else if (word.startsWith('-') && word !== '-') short(word)
    else {
      rest.push(word)
      if (shape.stopsEarly) rest.push(...words.splice(0))
    }
  }
  return { flags, values, rest }
}
