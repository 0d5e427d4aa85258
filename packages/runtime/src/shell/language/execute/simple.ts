import { parse, type Assignment, type Command, type CommandArgument, type Redirection } from 'unbash'
import { expandElements, assign } from './assign'
import { expandValue, expandWord } from '../expansion/expand'
import { bracesOf, mended } from '../expansion/word-text'
import type { Compound } from '../runner'
import { FatalError, RedirectError, ShellError } from '../shell-error'
import { Variable } from '../state/variable'
import type { Executor } from './executor'
import { Source } from '../source'
import { markOf, trace, traceDeclared, traceWords, traced, written } from './trace'

/** Built-ins whose words may be assignments. */
const DECLARING: ReadonlySet<string> = new Set(['declare', 'typeset', 'local', 'export', 'readonly'])

interface Words {
  readonly words: string[]
  readonly compounds: Map<number, Compound>
}

/** A command with its words, assignments and redirections. */
export async function runSimple(executor: Executor, node: Command): Promise<void> {
  executor.begin(node)
  const held = executor.substitutions
  try {
    await runNamed(executor, node)
  } finally {
    if (executor.substitutions > held) executor.closeSubstitutions(held)
  }
}

async function runNamed(executor: Executor, node: Command): Promise<void> {
  const { state } = executor
  // Of a part of a pipeline the shell that waits for it runs the trap.
  const isTrapped = state.traps.has('ERR') && !executor.isDebugged
  if (state.traps.has('DEBUG') && !executor.isDebugged) await executor.runTrap('DEBUG')
  executor.isDebugged = false
  if (executor.aliases.size > 0 && (await runAlias(executor, node))) return
  executor.substituted = undefined
  const before = node.prefix.filter((part): part is Assignment => part.type === 'Assignment')
  // `set -k`
  const among = state.has('keyword') ? assignmentsAmong(node.args) : NONE_AMONG
  const assignments = among.size === 0 ? before : [...before, ...among.values()]
  const { words, compounds } = await wordsOf(executor, node, among)
  const [name] = words
  if (name === undefined) return runAssignments(executor, node, assignments)
  if (state.has('xtrace') && compounds.size > 0) await traceDeclared(executor, words, compounds)
  if (node.redirects.length === 0 && assignments.length === 0) {
    if (state.has('xtrace')) await traceWords(executor, words)
    return executor.settle(await executor.runWords(words, { compounds }), isTrapped)
  }
  const isLasting = name === 'exec' && !words.slice(1).some((word) => !word.startsWith('-'))
  // Of a program the child opens the files: what goes wrong there ends the child alone.
  const isProgram = !state.functions.has(name) && !executor.isBuiltin(name)
  const status = await withRedirections(executor, { redirects: node.redirects, isLasting, isProgram }, async () => {
    if (assignments.length === 0) {
      if (state.has('xtrace')) await traceWords(executor, words)
      return executor.runWords(words, { compounds })
    }
    return runWithAssignments(executor, assignments, { words, compounds })
  })
  await executor.settle(status, isTrapped)
}

/** Runs with redirections in force. One that fails is told, and nothing is run. */
export async function withRedirections(
  executor: Executor,
  how: { readonly redirects: readonly Redirection[]; readonly isLasting?: boolean; readonly isProgram?: boolean },
  run: () => Promise<number>,
): Promise<number> {
  if (how.redirects.length === 0) return run()
  let redirected
  try {
    redirected = await executor.redirect(how.redirects)
  } catch (thrown) {
    if (!(thrown instanceof RedirectError) && !(how.isProgram && thrown instanceof ShellError)) throw thrown
    await executor.complain(thrown.message)
    return thrown instanceof FatalError ? thrown.code : 1
  }
  if (!how.isLasting)
    try {
      return await run()
    } finally {
      redirected.undo()
    }
  const status = await run()
  redirected.keep()
  return status
}

async function runWithAssignments(executor: Executor, assignments: readonly Assignment[], what: Words): Promise<number> {
  const { vars } = executor.state
  const { words, compounds } = what
  vars.enter(true)
  try {
    for (const assignment of assignments) {
      const outer = vars.get(assignment.name)
      if (outer?.attributes.readonly) {
        await executor.complain(`${assignment.name}: readonly variable`)
        continue
      }
      // There are no arrays in an environment: bash gives the program the text of one.
      const text =
        assignment.value.type === 'ArrayValue'
          ? `(${(await expandElements(executor, assignment.value)).map((one) => one.text).join(' ')})`
          : await expandValue(executor, assignment.value)
      const made = assignment.append ? (outer?.text ?? '') + text : text
      if (executor.state.has('xtrace')) await trace(executor, `${assignment.name}=${traced(made)}`)
      vars.put(assignment.name, new Variable({ type: 'text', text: made }, { exported: true }))
    }
    if (executor.state.has('xtrace')) await traceWords(executor, words)
    return await executor.runWords(words, { compounds })
  } finally {
    vars.leave()
  }
}

async function runAssignments(executor: Executor, node: Command, assignments: readonly Assignment[]): Promise<void> {
  for (const assignment of assignments) {
    const mark = executor.state.has('xtrace') ? await markOf(executor) : undefined
    const text = await assign(executor, assignment)
    if (mark !== undefined) await executor.write(`${mark}${written(assignment, text)}\n`, 2)
  }
  // Without a command there is nothing that could be redirected: files are opened after the values were made, and closed again.
  const status = await withRedirections(executor, { redirects: node.redirects }, () => Promise.resolve(executor.substituted ?? 0))
  await executor.settle(status)
}

type Among = ReadonlyMap<CommandArgument, Assignment>

const NONE_AMONG: Among = new Map()

/** Words of a command that would be assignments before it. */
function assignmentsAmong(words: readonly CommandArgument[]): Among {
  const found = new Map<CommandArgument, Assignment>()
  for (const word of words) {
    if (word.type === 'Assignment') found.set(word, word)
    else if (/^[A-Za-z_]\w*\+?=/.test(word.text)) {
      const command = parse(word.text).commands[0]?.command
      const first = command?.type === 'Command' ? command.prefix[0] : undefined
      if (first?.type === 'Assignment') found.set(word, first)
    }
  }
  return found
}

async function wordsOf(executor: Executor, node: Command, without: Among): Promise<Words> {
  const words: string[] = []
  const compounds = new Map<number, Compound>()
  if (node.name !== undefined) words.push(...(await expandWord(executor, node.name)))
  const isDeclaring = words.length > 0 && DECLARING.has(words.find((word) => word !== 'command' && word !== 'builtin') ?? '')
  for (const argument of mended(node.args)) {
    if (without.has(argument)) continue
    // One by one: there may be more words than a call takes arguments.
    if (argument.type === 'Word') {
      for (const word of await expandWord(executor, argument)) words.push(word)
    } else await addAssignment(executor, argument, { words, compounds, isDeclaring })
  }
  return { words, compounds }
}

async function addAssignment(
  executor: Executor,
  argument: Extract<CommandArgument, { type: 'Assignment' }>,
  to: Words & { readonly isDeclaring: boolean },
): Promise<void> {
  const { name, value, append } = argument
  if (!to.isDeclaring) {
    const [, ...words] = parseWords(argument.text)
    for (const word of words) to.words.push(...(await expandWord(executor, word)))
    return
  }
  if (value.type === 'ArrayValue') {
    to.compounds.set(to.words.length, { append: append ?? false, elements: await expandElements(executor, value) })
    to.words.push(name)
    return
  }
  const index = argument.index === undefined ? '' : `[${argument.index.text}]`
  // Braces make several words of it, as of any other word of the command.
  for (const one of executor.state.has('braceexpand') ? bracesOf(value, () => executor.system.tick()) : [value])
    to.words.push(`${name}${index}${append ? '+' : ''}=${await expandValue(executor, one)}`)
}

/** A word that looks like an assignment, where it is none. */
function parseWords(text: string): readonly Extract<CommandArgument, { type: 'Word' }>[] {
  const command = parse(`: : ${text}`).commands[0]?.command
  return command?.type === 'Command' ? command.args.flatMap((part) => (part.type === 'Word' ? [part] : [])) : []
}

/** Puts the text of an alias in the place of its name and runs that. False: there is none. */
async function runAlias(executor: Executor, node: Command): Promise<boolean> {
  const { name } = node
  if (name === undefined || /[\\"'$`]/.test(name.text) || executor.aliasing.has(name.text)) return false
  const value = executor.aliases.get(name.text)
  if (value === undefined) return false
  const [next] = node.args
  // After a blank at its end the next word is looked at too.
  const second =
    /[ \t]$/.test(value) && next !== undefined && !executor.aliasing.has(next.text) ? executor.aliases.get(next.text) : undefined
  const rest =
    second === undefined || next === undefined
      ? executor.textAt(name.end, endOf(node))
      : ` ${second}${executor.textAt(next.end, endOf(node))}`
  const text = executor.textAt(node.pos, name.pos) + value + rest
  const { source } = executor
  executor.aliasing.add(name.text)
  try {
    const script = parse(text)
    if (script.errors !== undefined) throw new ShellError(`${name.text}: the alias does not make a command: ${text}`, 2)
    executor.source = new Source(text, source.name, executor.line)
    await executor.runStatements(script.commands)
  } finally {
    executor.aliasing.delete(name.text)
    executor.source = source
  }
  return true
}

/** The end of a command with its here-documents. */
function endOf(node: Command): number {
  const ends = node.redirects.map((one) => (one.type === 'HereDoc' ? Math.max(one.body.end, one.closing?.end ?? 0) : one.end))
  return Math.max(node.end, ...ends)
}
