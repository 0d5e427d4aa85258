import { assertNever, fitsTool, type RulePattern } from '@tabwright/protocol'
import type { SimpleCommand } from './command-line'
import { originOf, readsFrom } from './egress'
import { fitsPath } from './path-pattern'
import type { Subject } from './subject'
import { nameOf, startsOf } from './wrapped'

/**
 * Whether a rule that asks or denies speaks of a call: of the whole of it, or of any command in it, however deep. What is not known yet (a
 * word that a pattern stands for) may be anything, so it fits.
 */
export function touches(pattern: RulePattern, subject: Subject): boolean {
  if (!fitsTool(pattern.tool, subject.tool)) return false
  if (pattern.type === 'path') return subject.paths.some(({ path, real }) => fitsPath(pattern.path, path) || fitsPath(pattern.path, real))
  if (pattern.type === 'host') return originOf(subject.input) === pattern.host.split(',')[0]
  if (pattern.type !== 'argv' && pattern.type !== 'commands') return covers(pattern, subject)
  const { commands = [] } = subject.line ?? {}
  if (pattern.cwd !== undefined && pattern.cwd !== subject.cwd) return false
  const wanted = pattern.type === 'argv' ? [pattern.argv] : pattern.commands
  const exact = pattern.type === 'commands' || pattern.exact
  return commands.some(({ argv }) => startsOf(argv).some((at) => wanted.some((words) => fits(argv, words, { at, exact, unknown: 'fits' }))))
}

/** Whether a rule speaks of a call as a whole. Those by words speak of its commands: {@link coversCommand}. */
export function covers(pattern: RulePattern, subject: Subject): boolean {
  if (!fitsTool(pattern.tool, subject.tool)) return false
  switch (pattern.type) {
    case 'tool':
      return true
    case 'bytes':
      return pattern.bytes === subject.bytes
    case 'host':
      return pattern.host === readsFrom(subject.input)
    case 'path':
      // By what it leads to: a name says nothing of the file behind it.
      return subject.paths.length > 0 && subject.paths.every(({ real }) => fitsPath(pattern.path, real))
    case 'commands':
      return isWholeLine(pattern, subject)
    case 'argv':
    case 'acts':
      return false
    default:
      return assertNever(pattern)
  }
}

/** The very commands of the rule and no others, in its order: so a `cd` among them leads where it led when it was allowed. */
function isWholeLine({ commands, cwd }: Extract<RulePattern, { type: 'commands' }>, subject: Subject): boolean {
  const { line } = subject
  if (!line || line.unclear !== undefined || line.commands.length !== commands.length) return false
  if (cwd !== undefined && cwd !== subject.cwd) return false
  return line.commands.every(
    (command, i) => redirectsPass(command) && fits(command.argv, commands[i] ?? [], { at: 0, exact: true, unknown: 'fails' }),
  )
}

/** Reading what a command is fed is reading; nothing but the bin may be written unasked. */
export function redirectsPass({ redirects }: SimpleCommand): boolean {
  return redirects.every(({ path, writes }) => !writes || path === '/dev/null')
}

/** Whether a rule that allows lets one command of a line pass, whose words are clear. `cwd`: where it starts, undefined where that is not sure. */
export function coversCommand(pattern: RulePattern, { argv }: SimpleCommand, { tool, cwd }: Pick<Subject, 'tool' | 'cwd'>): boolean {
  if (pattern.tool !== tool) return false
  if (pattern.type === 'tool') return true
  if (pattern.type !== 'argv' && pattern.type !== 'commands') return false
  if (pattern.cwd !== undefined && pattern.cwd !== cwd) return false
  if (pattern.type === 'commands') return pattern.commands.some((words) => fits(argv, words, { at: 0, exact: true, unknown: 'fails' }))
  return fits(argv, pattern.argv, { at: 0, exact: pattern.exact, unknown: 'fails' })
}

interface Fit {
  readonly at: number
  readonly exact: boolean
  /** What a word counts as that is known only when the line runs. */
  readonly unknown: 'fits' | 'fails'
}

function fits(argv: SimpleCommand['argv'], words: readonly string[], { at, exact, unknown }: Fit): boolean {
  if (exact && unknown === 'fails' && argv.length - at !== words.length) return false
  return words.every((word, i) => {
    const given = argv[at + i]
    if (given === null) return unknown === 'fits'
    return given === word || (i === 0 && unknown === 'fits' && given !== undefined && nameOf(given) === word)
  })
}
