import type { Function as FunctionNode } from 'unbash'
import { NotImplemented } from '../../commands/command'
import { Jump, ShellError } from '../shell-error'
import type { ShellFunction } from '../state/shell-state'
import type { Executor } from './executor'

/** A deeper call would only run out of memory later. */
const MAX_DEPTH = 10_000
/** Calls go on upon a fresh stack so often. */
const FRESH_STACK = 20

/** `name() { … }`. */
export async function defineFunction(executor: Executor, node: FunctionNode): Promise<void> {
  const name = node.name.text
  if (node.body.type === 'CompoundList') throw new NotImplemented(`the body of the function ${name}`)
  if (executor.state.functions.get(name)?.isReadonly) {
    await executor.complain(`${name}: readonly function`)
    return executor.settle(1)
  }
  executor.state.functions.set(name, { name, body: node.body, source: executor.source, at: node.pos, isExported: false, isReadonly: false })
  await executor.settle(0)
}

/** Calls a function; the result is its status. */
export async function callFunction(executor: Executor, called: ShellFunction, args: readonly string[]): Promise<number> {
  const { state } = executor
  const limit = Number(state.vars.text('FUNCNEST') ?? 0) || MAX_DEPTH
  if (state.frames.length >= limit) throw new ShellError(`${called.name}: maximum function nesting level exceeded (${limit})`)
  const { source, at } = executor
  const { positional, loops } = state
  state.frames.push({ type: 'function', name: called.name, source: called.source, callLine: executor.line })
  state.positional = [...args]
  state.loops = 0
  state.vars.enter()
  const debug = state.traps.get('DEBUG')
  if (debug !== undefined && !state.has('functrace')) state.traps.delete('DEBUG')
  const returning = state.traps.get('RETURN')
  if (!state.has('functrace')) state.traps.delete('RETURN')
  const err = state.traps.get('ERR')
  if (err !== undefined && !state.has('errtrace')) state.traps.delete('ERR')
  executor.source = called.source
  executor.isTail = false
  let returned: number | undefined
  try {
    if (state.traps.has('DEBUG')) {
      executor.at = called.body.pos
      await executor.runTrap('DEBUG')
    }
    if (state.frames.length % FRESH_STACK === 0) await Promise.resolve()
    await executor.runNode(called.body)
  } catch (thrown) {
    if (thrown instanceof ShellError) thrown.place ??= executor.place
    if (!(thrown instanceof Jump) || thrown.to !== 'return') throw thrown
    returned = thrown.count
  } finally {
    if (state.traps.has('RETURN') && !executor.process.signal.aborted) await executor.runTrap('RETURN')
    // The trap still sees the status of the command before `return`.
    state.status = returned ?? state.status
    state.vars.leave()
    const options = state.frames.pop()?.options
    if (options !== undefined) state.options = new Set(options)
    state.positional = positional
    state.loops = loops
    executor.source = source
    executor.at = at
    if (debug !== undefined && !state.traps.has('DEBUG')) state.traps.set('DEBUG', debug)
    if (err !== undefined && !state.traps.has('ERR')) state.traps.set('ERR', err)
    if (returning !== undefined && !state.traps.has('RETURN')) state.traps.set('RETURN', returning)
  }
  return state.status
}
