import { isJsonObject, type EffectClass, type Json } from '@tabwright/protocol'
import type { CommandLine, ReadCommandLine, SimpleCommand } from './command-line'
import { gitHooksRunBy } from './git-hooks'
import { gitProgramsRunBy, type GitProgram } from './git-programs'
import { absolutePath, pathClass, type PathClass } from './path-class'

/** A call before anything of it was looked at. */
export interface Judgeable {
  readonly tool: string
  readonly input: Json
  /** Canonical JSON of the input. */
  readonly bytes: string
  /** Of the tool: `tx` stays in the tab's own sandbox. */
  readonly effect: EffectClass
}

/** How the gate finds out what a call is about. */
export interface Eyes {
  readonly readCommand: ReadCommandLine
  /** Where a path leads to after links; the same path where there are none. Absolute in, absolute out. */
  readonly followLinks: (path: string) => string
  /** Files that git would run by itself; see `gitHookFiles`. */
  readonly gitHooks: readonly string[]
  /** What the settings of repositories have git start; see `gitProgramsOf`. Default: nothing. */
  readonly gitPrograms?: readonly GitProgram[]
}

/** A call as the rules see it. */
export interface Subject extends Judgeable {
  /** Of the shell alone. */
  readonly line: CommandLine | undefined
  /** Where its words start from. */
  readonly cwd: string | undefined
  readonly paths: readonly SubjectPath[]
  /** What git may run by itself with it. */
  readonly gitHooks: readonly string[]
}

/** A path that a call names. */
export interface SubjectPath {
  /** Absolute, as it was named. */
  readonly path: string
  /** Where it leads to. */
  readonly real: string
  /** The more protected of the two: the name, and what it leads to. */
  readonly kind: PathClass
  readonly writes: boolean
}

/** Tools of ours whose field `path` is a file that they read or write. */
const FILE_TOOLS: Readonly<Record<string, 'reads' | 'writes'>> = {
  read_file: 'reads',
  list_files: 'reads',
  diagnostics: 'reads',
  glob: 'reads',
  grep: 'reads',
  write_file: 'writes',
  edit_file: 'writes',
}

/** Looks at a call. Never throws. */
export function subjectOf(call: Judgeable, eyes: Eyes): Subject {
  const command = call.tool === 'shell' ? fieldOf(call.input, 'command') : undefined
  const cwd = fieldOf(call.input, 'cwd')
  const line = command === undefined ? undefined : eyes.readCommand(command)
  const paths = line ? pathsOfLine(line, cwd) : pathsOfTool(call)
  return {
    ...call,
    line,
    cwd,
    paths: [...paths.map((one) => seen(one, eyes)), ...pathsOfFunction(call)],
    gitHooks: line ? [...gitHooksRunBy(line, eyes.gitHooks), ...gitProgramsRunBy(line, eyes.gitPrograms ?? [])] : [],
  }
}

function seen({ path, writes }: Named, { followLinks }: Eyes): SubjectPath {
  const named = pathClass(path)
  const real = followLinks(path)
  return { path, real, writes, kind: named === 'workspace' ? pathClass(real) : named }
}

type Named = Pick<SubjectPath, 'path' | 'writes'>

function pathsOfTool({ tool, input }: Judgeable): readonly Named[] {
  const path = fieldOf(input, 'path')
  const how = FILE_TOOLS[tool]
  return path === undefined || how === undefined ? [] : [{ path: absolutePath(path), writes: how === 'writes' }]
}

/**
 * The field `path` of a function of another worker: a file of some machine, maybe of a directory that was given to it. No link of this
 * workspace leads there, and where its project begins nobody knows, so every part of the name counts. Whatever does not only read writes.
 */
function pathsOfFunction({ tool, input, effect }: Judgeable): readonly SubjectPath[] {
  const named = tool.includes('::') ? fieldOf(input, 'path') : undefined
  if (named === undefined) return []
  const path = absolutePath(named.replaceAll('\\', '/'))
  return [{ path, real: path, kind: pathClass(absolutePath(`./${path}`)), writes: effect !== 'pure' }]
}

/** Every word that could be a path counts as one: a word too many asks, one too few would not. */
function pathsOfLine({ commands, loose = [] }: CommandLine, start: string | undefined): readonly Named[] {
  let cwd = start
  // What is written to them is seen when it was; what is read is not.
  const besides = loose.map((word) => ({ path: absolutePath(word, start), writes: false }))
  const named = commands.flatMap((command) => {
    const writes = !isLooking(command)
    const words = [...wordsLikePaths(command.argv).map((path) => ({ path, writes })), ...command.redirects]
    const named = words.map((one) => ({ path: absolutePath(one.path, cwd), writes: one.writes }))
    const [program, folder] = command.argv
    if (program === 'cd' && typeof folder === 'string') cwd = absolutePath(folder, cwd)
    return named
  })
  return [...named, ...besides]
}

/** Commands that only look, whatever their arguments. Not here: anything that can run another command (`env`, `find -exec`, `xargs`, `sort --compress-program`) or write a file. */
export const LOOKING: readonly string[] = [
  'ls',
  'cat',
  'head',
  'tail',
  'wc',
  'pwd',
  'echo',
  'grep',
  'stat',
  'file',
  'true',
  'date',
  'basename',
  'dirname',
]
/** What git only tells. */
const TELLING: ReadonlySet<string> = new Set(['log', 'diff', 'show', 'status', 'blame', 'grep', 'ls-files', 'rev-parse', 'describe'])

function isLooking({ argv: [program, verb] }: SimpleCommand): boolean {
  if (program === 'cd') return true
  return typeof program === 'string' && (LOOKING.includes(program) || (program === 'git' && typeof verb === 'string' && TELLING.has(verb)))
}

/** Operands, what stands behind `=` in an option or `if=`, behind the letter of an option (`-f.env`), and behind `@` in any of them. */
function wordsLikePaths(argv: SimpleCommand['argv']): readonly string[] {
  return argv.slice(1).flatMap((word) => {
    if (word === null || word === '') return []
    const behind = /^-{0,2}[\w-]+=(.+)$/s.exec(word)?.[1] ?? /^-[a-zA-Z]([^-].*)$/s.exec(word)?.[1]
    const all = [...(word.startsWith('-') ? [] : [word]), ...(behind === undefined ? [] : [behind])]
    return all.flatMap((one) => (one.startsWith('@') ? [one, one.slice(1)] : [one]))
  })
}

function fieldOf(input: Json, name: 'command' | 'cwd' | 'path'): string | undefined {
  const value = isJsonObject(input) ? input[name] : undefined
  return typeof value === 'string' ? value : undefined
}
