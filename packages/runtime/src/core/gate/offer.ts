import { parseRule, printRule, type Rule } from '@tabwright/protocol'
import { FETCH_TOOL, readsFrom } from './egress'
import { EDITS } from './mode'
import { inside } from './path-class'
import type { Subject } from './subject'
import { runsAnything } from './wrapped'

/** More than this nobody reads before allowing it. */
const MOST_OFFERED = 5

/**
 * The narrowest rule that is of use the next time: the exact words of its commands, the file that it edits, else its exact bytes; of a request
 * that only reads, its origin. None for a request that sends something, and for what may run anything whatever its words.
 */
export function narrowestRule(subject: Subject): Rule | undefined {
  const { tool, line, cwd, bytes } = subject
  if (tool === FETCH_TOOL) {
    const host = readsFrom(subject.input)
    return host === undefined ? undefined : sessionRule({ type: 'host', tool: FETCH_TOOL, host })
  }
  if (!line) return sessionRule(fileOf(subject) ?? { type: 'bytes', tool, bytes })
  if (line.commands.some(({ argv }) => runsAnything(argv))) return undefined
  const commands = wordsOf(subject)
  if (commands === undefined) return sessionRule({ type: 'bytes', tool, bytes })
  const [argv, ...others] = commands
  if (argv && others.length === 0) return sessionRule({ type: 'argv', tool, argv, exact: true, ...(cwd !== undefined && { cwd }) })
  return sessionRule({ type: 'commands', tool, commands, ...(cwd !== undefined && { cwd }) })
}

/** The one file that an edit is of, where it is not protected and its name can be told. */
function fileOf({ tool, paths }: Subject): Rule['pattern'] | undefined {
  const [only, ...others] = paths
  if (!EDITS.has(tool) || !only || others.length > 0 || only.kind !== 'workspace' || /[*?]/.test(only.real)) return undefined
  const pattern = { type: 'path', tool, path: inside(only.real) } as const
  const read = parseRule(printRule(pattern))
  return 'pattern' in read && read.pattern.type === 'path' && read.pattern.path === pattern.path ? pattern : undefined
}

/** Programs whose first words say what they do, and those words. None of them names another program to start. */
const SUBCOMMANDS: readonly RegExp[] = [
  /^(?:npm|pnpm|yarn) (?:test|run [\w:.-]+)(?= |$)/,
  /^git (?:add|commit|status|log|show|diff|branch|switch|restore|stash|tag|merge|blame)(?= |$)/,
]
/** A longer rule is not read to its end. */
const MOST_SHOWN = 120

/** The same for whatever follows the subcommand; only where it says what runs, and can be shown in full. */
export function broaderRule({ pattern }: Rule): Rule | undefined {
  // The function, whatever it is given: bound to what it is now.
  if (pattern.type === 'bytes' && pattern.tool.includes('::')) return sessionRule({ type: 'tool', tool: pattern.tool })
  if (pattern.type !== 'argv' || !pattern.exact) return undefined
  // A word that holds a blank is not two of them.
  const words = pattern.argv.map((word) => word.replaceAll(/\s/g, '\0')).join(' ')
  const kept = SUBCOMMANDS.map((shape) => shape.exec(words)?.[0]).find((found) => found !== undefined)
  if (kept === undefined) return undefined
  const broader = { ...pattern, argv: kept.split(' '), exact: false }
  return printRule(broader).length <= MOST_SHOWN ? sessionRule(broader) : undefined
}

/** The words of each command, where they are all that there is to it. */
function wordsOf({ line, paths }: Subject): readonly (readonly string[])[] | undefined {
  if (!line || line.unclear !== undefined || line.commands.length > MOST_OFFERED) return undefined
  const isPlain = paths.every(({ kind }) => kind === 'workspace' || kind === 'scratch' || kind === 'outside')
  const redirects = line.commands.flatMap((command) => command.redirects)
  if (!isPlain || redirects.some(({ path, writes }) => writes && path !== '/dev/null')) return undefined
  const words = line.commands.map(({ argv }) => argv.filter((word) => word !== null))
  return words.every((argv, i) => argv.length === line.commands[i]?.argv.length) ? words : undefined
}

function sessionRule(pattern: Rule['pattern']): Rule {
  return { id: `session:${JSON.stringify(pattern)}`, effect: 'allow', pattern, scope: 'session', why: 'you allowed it for this session' }
}
