import { forEachChild, type Statement, type SyntaxNode } from 'unbash'
import { NotImplemented } from '../../commands/command'
import { extendedGlobs, faultLine, parseText, type Parsed, type SyntaxFault } from '../parse'
import type { TextRun } from '../runner'
import { FatalError, Jump, ShellError } from '../shell-error'
import type { Source } from '../source'
import type { Executor } from './executor'

const NONE: ReadonlyMap<string, string> = new Map()

/** Parses a text and runs it line by line; the status is the state's. False: there was nothing to run. */
export async function runText(executor: Executor, run: TextRun): Promise<boolean> {
  const parsed = parseText(run)
  const { source, at, commandText, aliases } = executor
  executor.isTail = false
  executor.source = parsed.source
  try {
    const fault = (await runLines(executor, parsed, run)) ?? parsed.fault
    if (fault === undefined) return parsed.statements.length > 0
    await tellSyntax(executor, run, { message: fault.message, line: faultLine({ ...parsed, fault }), at: fault.at })
    executor.state.status = 2
    return true
  } catch (thrown) {
    if (thrown instanceof ShellError) thrown.place ??= executor.place
    throw thrown
  } finally {
    executor.source = source
    executor.at = at
    executor.aliases = aliases
    // What a trap ran is not what runs.
    if (run.place === 'trap') executor.commandText = commandText
  }
}

/** Tells a fault that ends what is running, and sets the status that it leaves. */
export async function tellFault(executor: Executor, thrown: ShellError | NotImplemented): Promise<void> {
  const place = thrown instanceof ShellError ? thrown.place : undefined
  if (thrown.message !== '')
    await (place === undefined ? executor.complain(thrown.message) : executor.write(`${place}${thrown.message}\n`, 2))
  const { state } = executor
  // Only `bash -c` itself gives what was asked for: a subshell, a file and a shell with `set -e` give 1.
  const isPlain = state.depth > 0 || !state.isCommandText || state.has('errexit')
  state.status = thrown instanceof FatalError && isPlain ? 1 : thrown.code
}

/**
 * Runs the commands of each line. One that failed in its expansions ends its line; the next line is run.
 * Gives the fault of a line that bash could not have read as the options are when it comes to it.
 */
async function runLines(executor: Executor, parsed: Parsed, run: TextRun): Promise<SyntaxFault | undefined> {
  const { source, statements } = parsed
  const { state } = executor
  const echo = echoOf(executor, source)
  for (let from = 0; from < statements.length;) {
    const to = lineEnd(source, statements, from)
    const line = statements.slice(from, to)
    from = to
    await echo(line)
    executor.aliases = state.shopt.has('expand_aliases') ? new Map(state.aliases) : NONE
    const fault = state.shopt.has('extglob') ? undefined : globFault(parsed, line)
    if (fault !== undefined) return fault
    try {
      for (const statement of line) await executor.runStatements([statement])
    } catch (thrown) {
      if (!(thrown instanceof ShellError || thrown instanceof NotImplemented) || thrown instanceof FatalError) throw thrown
      await tellFault(executor, thrown)
      executor.source = source
    }
    // `set -t`
    if (run.isFile && state.has('onecmd')) throw new Jump('exit', state.status)
  }
  await echo(undefined)
  return undefined
}

/** Where the commands end that bash reads together with the one at `from`. */
function lineEnd(source: Source, statements: readonly Statement[], from: number): number {
  let to = from + 1
  for (let before = statements[from]; before !== undefined && to < statements.length; to++) {
    const next = statements[to]
    if (next === undefined || source.line(next.pos) !== source.line(before.end)) break
    before = next
  }
  return to
}

/** A group such as `@(a|b)` is a syntax error to a shell that does not know of it when it reads the line. */
function globFault(parsed: Parsed, line: readonly Statement[]): SyntaxFault | undefined {
  const start = line[0]?.pos ?? 0
  const end = line.at(-1)?.end ?? 0
  const at = extendedGlobs(parsed).find((place) => place >= start && place < end)
  return at === undefined ? undefined : { message: "syntax error near unexpected token `('", at }
}

/** `set -v`: the lines that were read are told before they are run; undefined stands for what is left. */
function echoOf(executor: Executor, source: Source): (line: readonly Statement[] | undefined) => Promise<void> {
  const { text } = source
  let told = 0
  return async (line) => {
    const isOn = executor.state.has('verbose')
    const last = line?.at(-1)
    const newline = last === undefined ? -1 : text.indexOf('\n', isOn ? Math.max(0, endOf(last) - 1) : last.end)
    const end = newline < 0 ? text.length : newline + 1
    const read = text.slice(told, end)
    told = Math.max(told, end)
    if (isOn && read !== '') await executor.write(read.endsWith('\n') ? read : `${read}\n`, 2)
  }
}

/** The end of a command with its here-documents. */
function endOf(statement: Statement): number {
  let { end } = statement
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'HereDoc') end = Math.max(end, node.closing?.end ?? node.body.end)
    forEachChild(node, visit)
  }
  visit(statement)
  return end
}

interface Told {
  readonly message: string
  readonly line: number
  readonly at: number
}

async function tellSyntax(executor: Executor, run: TextRun, fault: Told): Promise<void> {
  const head = `${executor.state.scriptName}: ${run.place === undefined ? '' : `${run.place}: `}line ${fault.line}: `
  await executor.write(`${head}${fault.message}\n`, 2)
  if (!fault.message.includes('near unexpected token')) return
  const { text } = executor.source
  const from = text.lastIndexOf('\n', Math.max(0, fault.at - 1)) + 1
  const end = text.indexOf('\n', fault.at)
  await executor.write(`${head}\`${text.slice(from, end < 0 ? undefined : end)}'\n`, 2)
}
