import { placeOf } from './evaluate'
import { contexts, TestNode, type Runner, type Body, type HookName, type TestOptions } from './test-runner'
import type { TimerOwners } from './mock-timers'
import { mockFor } from './test-mock'

function parts(given: readonly unknown[]): { name: string; options: TestOptions; body: Body } {
  const rest = [...given]
  const name = typeof rest[0] === 'string' ? String(rest.shift()) : ''
  const options = typeof rest[0] === 'object' && rest[0] !== null ? Object(rest.shift()) : {}
  const [last] = rest
  const body: Body = typeof last === 'function' ? (...args) => Reflect.apply(last, undefined, args) : () => undefined
  // Whether it wants a callback is read from its length, which a wrapper would hide.
  if (typeof last === 'function') Object.defineProperty(body, 'length', { value: last.length })
  const label = name === '' && typeof last === 'function' && last.name !== '' ? last.name : name === '' ? '<anonymous>' : name
  return { name: label, options, body }
}

function callerPlace(): string | undefined {
  const limit = Error.stackTraceLimit
  // Frames of ours stand above the program's.
  Error.stackTraceLimit = 30
  const { stack } = new Error('place')
  Error.stackTraceLimit = limit
  for (const line of (stack ?? '').split('\n')) {
    const place = placeOf(line)
    if (place !== undefined) return `${place.file.replace(/^file:\/\//, '')}:${place.line}:${place.column}`
  }
  return undefined
}

function hooksOf(owner: () => TestNode) {
  const hook = (name: HookName) => (body: unknown) => {
    if (typeof body === 'function') owner().hooks[name].push((...args) => Reflect.apply(body, undefined, args))
  }
  return { before: hook('before'), after: hook('after'), beforeEach: hook('beforeEach'), afterEach: hook('afterEach') }
}

/** What a test's function gets as its parameter. */
function contextOf(runner: Runner, node: TestNode, owners: TimerOwners): Record<string, unknown> {
  return {
    name: node.name,
    fullName: node.name,
    signal: new AbortController().signal,
    mock: mockFor(owners),
    test: (...given: unknown[]) => {
      const { name, options, body } = parts(given)
      const child = new TestNode(node, { name, kind: 'test', options, body, location: callerPlace() })
      contexts.set(child, contextOf(runner, child, owners))
      return runner.schedule(node, child)
    },
    diagnostic: (text: unknown) => node.diagnostics.push(String(text)),
    skip: (why?: unknown) => {
      node.skip = typeof why === 'string' ? why : ''
    },
    todo: (why?: unknown) => {
      node.todo = typeof why === 'string' ? why : ''
    },
    runOnly: () => undefined,
    ...hooksOf(() => node),
  }
}

/** The `node:test` module on a runner. */
export function testApi(runner: Runner, owners: TimerOwners) {
  let current = runner.root

  const declare = (kind: 'test' | 'suite', extra: TestOptions, given: readonly unknown[]): Promise<void> => {
    const { name, options, body } = parts(given)
    const owner = current
    const run = kind === 'suite' ? (): undefined => undefined : body
    Object.defineProperty(run, 'length', { value: kind === 'suite' ? 0 : body.length })
    const node = new TestNode(owner, { name, kind, options: { ...options, ...extra }, body: run, location: callerPlace() })
    contexts.set(node, contextOf(runner, node, owners))
    const done = runner.schedule(owner, node)
    if (kind === 'suite' && node.skip === undefined) {
      // A suite's function runs at once and says what is in it; its tests run in their turn.
      node.collected = collect(node, body)
    }
    return done
  }

  const collect = async (node: TestNode, body: Body): Promise<{ readonly thrown: unknown } | undefined> => {
    const outer = current
    current = node
    try {
      const answer = body(contexts.get(node))
      // Back before anything is awaited: what follows in the file belongs to the outer suite.
      current = outer
      await answer
      return undefined
    } catch (thrown) {
      return { thrown }
    } finally {
      if (current === node) current = outer
    }
  }

  const family = (kind: 'test' | 'suite') => {
    const base = (...given: unknown[]): Promise<void> => declare(kind, {}, given)
    return Object.assign(base, {
      skip: (...given: unknown[]) => declare(kind, { skip: true }, given),
      todo: (...given: unknown[]) => declare(kind, { todo: true }, given),
      only: (...given: unknown[]) => declare(kind, { only: true }, given),
    })
  }

  const test = family('test')
  const it = family('test')
  const describe = family('suite')
  const module = Object.assign(test, { test, it, describe, suite: describe, mock: mockFor(owners), ...hooksOf(() => current) })
  return Object.assign(module, { default: test })
}
