import type { CommandNode, Pipeline } from 'unbash'
import { PipeEnd, type OpenFile } from '../../streams/open-file'
import { Pipe } from '../../streams/pipe'
import type { Process } from '../../processes/process'
import type { Executor } from './executor'
import type { Runner } from '../runner'

/** `a | b`, `! a`, `time a`. */
export async function runPipeline(executor: Executor, node: Pipeline, childOf: ChildOf): Promise<void> {
  const isNegated = node.prefixes.filter((prefix) => prefix.type === 'Negation').length % 2 === 1
  const time = node.prefixes.find((prefix) => prefix.type === 'Time')
  const began = executor.system.clock.steady()
  const run = (): Promise<void> => runParts(executor, node, childOf)
  if (node.prefixes.some((prefix) => prefix.type === 'Negation')) await executor.guard(run)
  else await run()
  if (isNegated) executor.state.status = executor.state.status === 0 ? 1 : 0
  if (time !== undefined)
    await executor.write(
      timeText(executor.system.clock.steady() - began, {
        isPosix: time.posix !== undefined,
        format: executor.state.vars.text('TIMEFORMAT'),
      }),
      2,
    )
}

/** Runs one part in a child; given by the interpreter. */
export type ChildOf = (node: CommandNode) => (runner: Runner) => Promise<void>

async function runParts(executor: Executor, node: Pipeline, childOf: ChildOf): Promise<void> {
  const [only] = node.commands
  if (only === undefined) {
    executor.state.status = 0
    return
  }
  if (node.commands.length === 1) return executor.runNode(only)
  const text = executor.textAt(node.pos, node.end)
  if (executor.state.shopt.has('lastpipe') && !executor.state.has('monitor')) return runLastHere(executor, node, childOf)
  if (executor.state.traps.has('DEBUG'))
    for (const one of node.commands) {
      if (one.type !== 'Command') continue
      executor.begin(one)
      await executor.runTrap('DEBUG')
    }
  const last = node.commands.findLast((one) => one.type === 'Command' || one.type === 'Subshell')
  if (last !== undefined) executor.begin(last)
  const children = startPipeline(executor, node, { childOf, text, group: undefined, isBackground: false })
  const codes: number[] = []
  for (const child of children) codes.push(await executor.waitFor(child, text))
  await settle(executor, codes)
}

async function settle(executor: Executor, codes: readonly number[]): Promise<void> {
  const failed = codes.findLast((code) => code !== 0) ?? 0
  const status = executor.state.has('pipefail') ? failed : (codes.at(-1) ?? 0)
  executor.state.pipeStatus = codes
  await executor.settle(status)
  executor.state.pipeStatus = codes
}

/** `shopt -s lastpipe`: the last part runs in the shell itself. */
async function runLastHere(executor: Executor, node: Pipeline, childOf: ChildOf): Promise<void> {
  const last = node.commands.at(-1)
  if (last === undefined) return
  const text = executor.textAt(node.pos, node.end)
  const pipe = new Pipe()
  const [reader, writer] = [new PipeEnd(pipe, 'read'), new PipeEnd(pipe, 'write')]
  const before = executor.process.files.get(0)
  const files = new Map<number, OpenFile | undefined>([[1, writer]])
  const head: Pipeline = { ...node, commands: node.commands.slice(0, -1), operators: node.operators.slice(0, -1) }
  const child = executor.spawn({ title: text, files, body: (runner) => runHead(runner, head, childOf) })
  writer.release()
  executor.process.files.set(0, reader)
  try {
    await executor.guard(() => executor.runNode(last))
  } finally {
    reader.release()
    if (before === undefined) executor.process.files.delete(0)
    else executor.process.files.set(0, before)
  }
  const { status } = executor.state
  const code = await executor.waitFor(child, text)
  await settle(executor, [code, status])
}

function runHead(runner: Runner, head: Pipeline, childOf: ChildOf): Promise<void> {
  const [only] = head.commands
  if (head.commands.length === 1 && only !== undefined) return childOf(only)(runner)
  return runner.runStatements([
    { type: 'Statement', pos: head.pos, end: head.end, command: { ...head, prefixes: [] }, background: undefined },
  ])
}

/** How the parts of a pipeline are started. */
export interface PipelineStart {
  readonly childOf: ChildOf
  readonly text: string
  readonly group: number | 'own' | undefined
  readonly isBackground: boolean
}

/** Starts all parts at once, joined by pipes. */
export function startPipeline(executor: Executor, node: Pipeline, start: PipelineStart): readonly Process[] {
  const children: Process[] = []
  let input: OpenFile | undefined
  for (const [i, command] of node.commands.entries()) {
    const operator = node.operators[i]
    const pipe = operator === undefined ? undefined : new Pipe()
    const reader = pipe === undefined ? undefined : new PipeEnd(pipe, 'read')
    const writer = pipe === undefined ? undefined : new PipeEnd(pipe, 'write')
    const files = new Map<number, OpenFile | undefined>()
    if (input !== undefined) files.set(0, input)
    if (writer !== undefined) files.set(1, writer)
    if (writer !== undefined && operator === '|&') files.set(2, writer)
    children.push(
      executor.spawn({
        title: executor.textAt(command.pos, command.end),
        files,
        group: start.group === 'own' && children[0] !== undefined ? children[0].group : start.group,
        isBackground: start.isBackground,
        body: start.childOf(command),
      }),
    )
    input?.release()
    writer?.release()
    input = reader
  }
  return children
}

function timeText(ms: number, how: { readonly isPosix: boolean; readonly format: string | undefined }): string {
  if (how.isPosix) return `real ${(ms / 1000).toFixed(2)}\nuser 0.00\nsys 0.00\n`
  const format = how.format ?? '\nreal\t%3lR\nuser\t%3lU\nsys\t%3lS'
  if (format === '') return ''
  const made = format.replace(/%(?:%|([0-9]?)(l?)([RUSP]))/g, (all: string, ...groups: (string | undefined)[]) => {
    const [digits, long, kind] = groups
    if (all === '%%') return '%'
    if (kind === 'P') return '0.00'
    const seconds = kind === 'R' ? ms / 1000 : 0
    const places = Math.min(3, digits === undefined || digits === '' ? 3 : Number(digits))
    if (long !== 'l') return seconds.toFixed(places)
    return `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(places)}s`
  })
  return `${made}\n`
}
