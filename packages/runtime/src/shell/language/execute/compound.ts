import type {
  ArithmeticCommand,
  ArithmeticExpression,
  ArithmeticFor,
  Case,
  CompoundList,
  For,
  If,
  Select,
  Statement,
  While,
  Word,
} from 'unbash'
import { ArithmeticError } from '../arithmetic/arithmetic-error'
import { evaluate } from '../arithmetic/evaluate'
import { expandPattern, expandQuotedText, expandText, expandWords } from '../expansion/expand'
import { globMatcher } from '../glob'
import { FatalError, Jump, ShellError } from '../shell-error'
import { readLine } from '../streams'
import { trace } from './trace'
import type { Runner } from '../runner'
import type { Executor } from './executor'

/** `if`. */
export async function runIf(executor: Executor, node: If): Promise<void> {
  for (const branch of [node, ...node.elif]) {
    await executor.guard(() => executor.runStatements(branch.clause.commands))
    if (executor.state.status === 0) return executor.runStatements(branch.then.commands)
  }
  if (node.else === undefined) executor.state.status = 0
  else await executor.runStatements(node.else.commands)
}

/** What `DEBUG` and `set -x` tell of a `for` or a `select`. */
async function announced(executor: Executor, node: For | Select): Promise<void> {
  const { state } = executor
  if (!state.traps.has('DEBUG') && !state.has('xtrace')) return
  const words = node.wordlist === undefined ? '"$@"' : node.wordlist.map((word) => word.text).join(' ')
  const text = `${node.type === 'For' ? 'for' : 'select'} ${node.name.text} in ${words}`
  executor.at = node.pos
  if (state.traps.has('DEBUG')) await debugged(executor, text)
  if (state.has('xtrace')) await trace(executor, text)
}

/** One pass of a loop. True: the loop is left. @throws Jump for a loop further out */
async function pass(executor: Executor, body: CompoundList): Promise<boolean> {
  try {
    await executor.runStatements(body.commands)
    return false
  } catch (thrown) {
    if (!(thrown instanceof Jump) || (thrown.to !== 'break' && thrown.to !== 'continue')) throw thrown
    executor.state.status = thrown.status
    if (thrown.count > 1) throw new Jump(thrown.to, thrown.count - 1, thrown.status)
    return thrown.to === 'break'
  }
}

async function inLoop(executor: Executor, run: () => Promise<void>): Promise<void> {
  executor.state.loops += 1
  try {
    await run()
  } finally {
    executor.state.loops -= 1
  }
}

/** `while` and `until`. */
export function runWhile(executor: Executor, node: While): Promise<void> {
  return inLoop(executor, async () => {
    let status = 0
    for (;;) {
      if (await isCondition(executor, node)) {
        if (await pass(executor, node.body)) return
        status = executor.state.status
      } else break
    }
    executor.state.status = status
  })
}

async function isCondition(executor: Executor, node: While): Promise<boolean> {
  try {
    await executor.guard(() => executor.runStatements(node.clause.commands))
  } catch (thrown) {
    if (!(thrown instanceof Jump) || (thrown.to !== 'break' && thrown.to !== 'continue')) throw thrown
    executor.state.status = thrown.status
    if (thrown.count > 1) throw new Jump(thrown.to, thrown.count - 1, thrown.status)
    return thrown.to === 'continue' ? isCondition(executor, node) : false
  }
  return (executor.state.status === 0) === (node.kind === 'while')
}

/** `for name in …`. */
export async function runFor(executor: Executor, node: For): Promise<void> {
  const words = node.wordlist === undefined ? [...executor.state.positional] : await expandWords(executor, node.wordlist)
  if (words.length === 0) executor.state.status = 0
  await inLoop(executor, async () => {
    for (const word of words) {
      await announced(executor, node)
      executor.state.vars.assign(node.name.text, word)
      if (await pass(executor, node.body)) return
    }
  })
}

/** Undefined: it could not be computed, which was told. */
async function computed(executor: Executor, expression: ArithmeticExpression | undefined): Promise<bigint | undefined> {
  if (expression === undefined) return 1n
  const written = executor.textAt(expression.pos, expression.end)
  if (executor.state.traps.has('DEBUG')) await debugged(executor, `((${written}))`)
  const text = await expandQuotedText(executor, written)
  if (executor.state.has('xtrace')) await trace(executor, `(( ${text} ))`)
  return told(executor, '((', () => evaluate(executor.state, text))
}

/** Runs the trap `DEBUG` for a part of a command. */
async function debugged(executor: Executor, text: string): Promise<void> {
  executor.commandText = text
  await executor.runTrap('DEBUG')
}

/** `for ((…;…;…))`. */
export async function runArithmeticFor(executor: Executor, node: ArithmeticFor): Promise<void> {
  const { source, at } = executor
  const part = (expression: ArithmeticExpression | undefined): Promise<bigint | undefined> => {
    executor.source = source
    executor.at = at
    return computed(executor, expression)
  }
  let status = 0
  let value = await part(node.initialize)
  await inLoop(executor, async () => {
    for (;;) {
      if (value !== undefined) value = await part(node.test)
      if (value === undefined || value === 0n) break
      const isLeft = await pass(executor, node.body)
      status = executor.state.status
      if (isLeft) return
      value = await part(node.update)
    }
    if (value === undefined) await executor.settle(1)
    else executor.state.status = status
  })
}

/** `case`. */
export async function runCase(executor: Executor, node: Case): Promise<void> {
  if (executor.state.traps.has('DEBUG')) await debugged(executor, `case ${node.word.text} in `)
  if (executor.state.has('xtrace')) await trace(executor, `case ${node.word.text} in`)
  const word = await expandText(executor, node.word)
  const nocase = executor.state.shopt.has('nocasematch')
  let status = 0
  let falls = false
  for (const item of node.items) {
    if (!falls && !(await matchesAny(executor, item.pattern, { word, nocase }))) continue
    if (item.body.commands.length === 0) executor.state.status = 0
    await executor.runStatements(item.body.commands)
    status = executor.state.status
    falls = item.terminator === ';&'
    if (item.terminator !== ';&' && item.terminator !== ';;&') break
  }
  executor.state.status = status
}

async function matchesAny(
  executor: Executor,
  patterns: readonly Word[],
  on: { readonly word: string; readonly nocase: boolean },
): Promise<boolean> {
  for (const pattern of patterns) {
    if (
      globMatcher(await expandPattern(executor, pattern), { nocase: on.nocase, extglob: executor.state.shopt.has('extglob') }).matches(
        on.word,
      )
    )
      return true
  }
  return false
}

/** `((…))`. */
export async function runArithmetic(executor: Executor, node: ArithmeticCommand): Promise<void> {
  const text = await expandQuotedText(executor, node.body)
  if (executor.state.has('xtrace')) await trace(executor, `(( ${text} ))`)
  const value = await told(executor, '((', () => evaluate(executor.state, text))
  await executor.settle(value === undefined || value === 0n ? 1 : 0)
}

/** Computes; a fault of the expression is told and leaves the command undone, no more. @throws ShellError for others */
export async function told<T>(executor: Executor, place: string, run: () => T): Promise<T | undefined> {
  try {
    return run()
  } catch (thrown) {
    if (!(thrown instanceof ShellError) || thrown instanceof FatalError) throw thrown
    await executor.complain(`${thrown instanceof ArithmeticError ? `${place}: ` : ''}${thrown.message}`)
    return undefined
  }
}

/** `select name in …`. */
export async function runSelect(executor: Executor, node: Select): Promise<void> {
  const words = node.wordlist === undefined ? [...executor.state.positional] : await expandWords(executor, node.wordlist)
  if (words.length === 0) return
  await announced(executor, node)
  await inLoop(executor, async () => {
    let isShown = false
    for (;;) {
      if (!isShown) await executor.write(menu(words, Number(executor.state.vars.text('COLUMNS') ?? 80)), 2)
      isShown = true
      await executor.write(executor.state.vars.text('PS3') ?? '#? ', 2)
      const line = await readLine(executor, 0)
      if (line === undefined) {
        await executor.write('\n', 1)
        executor.state.status = 1
        return
      }
      if (line === '') {
        isShown = false
        continue
      }
      executor.state.vars.assign('REPLY', line)
      executor.state.vars.assign(node.name.text, words[Number(line.trim()) - 1] ?? '')
      if (await pass(executor, node.body)) return
    }
  })
}

/** The numbered list, in columns that go down first; what fits in one row stands in one column. */
function menu(words: readonly string[], columns: number): string {
  const digits = String(words.length).length
  const width = Math.max(...words.map((word) => word.length)) + digits + 4
  const across = Math.max(1, Math.floor(columns / width))
  const needed = Math.ceil(words.length / across)
  const rows = needed === 1 ? words.length : needed
  const out: string[] = []
  for (let row = 0; row < rows; row++) {
    let line = ''
    let place = 0
    for (let i = row; i < words.length; i += rows) {
      const cell = `${String(i + 1).padStart(digits)}) ${words[i] ?? ''}`
      line += cell
      if (i + rows < words.length) line += gap(place + cell.length, place + width)
      place += width
    }
    out.push(line)
  }
  return `${out.join('\n')}\n`
}

/** Tabs and spaces from one column to another. */
function gap(from: number, to: number): string {
  let out = ''
  for (let at = from; at < to;) {
    const isTab = Math.floor(to / 8) > Math.floor(at / 8)
    out += isTab ? '\t' : ' '
    at = isTab ? (Math.floor(at / 8) + 1) * 8 : at + 1
  }
  return out
}

/** `( … )`: the loops around it are not its own. */
export function apart(runner: Runner, commands: readonly Statement[]): Promise<void> {
  runner.state.loops = 0
  return runner.runChild(commands)
}
