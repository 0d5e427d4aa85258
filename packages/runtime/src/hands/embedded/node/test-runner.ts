import type { ShownError, TestReport } from '../messages'
import { AssertionError } from './assertion-error'
import { cleanStack, placeOf } from './evaluate'
import { inspect } from './inspect'
import type { Loop } from './loop'

/** Options of a test as programs write them. */
export interface TestOptions {
  readonly skip?: boolean | string
  readonly todo?: boolean | string
  readonly only?: boolean
  readonly timeout?: number
  readonly signal?: AbortSignal
}

export type Body = (context: unknown, done?: (error?: unknown) => void) => unknown
export type HookName = 'before' | 'after' | 'beforeEach' | 'afterEach'

export interface RunnerOptions {
  readonly loop: Loop
  readonly only: boolean
  readonly pattern: RegExp | undefined
  report(report: TestReport): void
}

/** A test or a suite, with what stands below it. */
export class TestNode {
  readonly name: string
  readonly kind: 'test' | 'suite'
  readonly parent: TestNode | undefined
  readonly options: TestOptions
  readonly body: Body
  readonly location: string | undefined
  readonly hooks: Record<HookName, Body[]> = { before: [], after: [], beforeEach: [], afterEach: [] }
  /** Tests of a suite, or subtests that a test has started. */
  readonly children: TestNode[] = []
  diagnostics: string[] = []
  skip: string | undefined
  todo: string | undefined
  failures = 0
  finished = 0
  /** Subtests run one after the other, from when this one's turn has come. */
  tail: Promise<void>
  open: () => void = () => undefined
  /** What a suite's own function threw, once it has said all that is in it. */
  collected: Promise<{ readonly thrown: unknown } | undefined> = Promise.resolve(undefined)
  /** The function has returned: what it started and did not wait for is called off. */
  isOver = false
  isBeforeDone = false
  isOnly: boolean

  constructor(
    parent: TestNode | undefined,
    spec: { name: string; kind: 'test' | 'suite'; options: TestOptions; body: Body; location: string | undefined },
  ) {
    this.parent = parent
    this.name = spec.name
    this.kind = spec.kind
    this.options = spec.options
    this.body = spec.body
    this.location = spec.location
    this.skip = reason(spec.options.skip)
    this.todo = reason(spec.options.todo)
    this.isOnly = spec.options.only === true
    this.tail = new Promise((resolve) => {
      this.open = resolve
    })
  }

  get nesting(): number {
    return this.parent === undefined ? -1 : this.parent.nesting + 1
  }
}

function reason(value: boolean | string | undefined): string | undefined {
  return value === undefined || value === false ? undefined : value === true ? '' : value
}

const now = (): number => performance.now()

/** Runs tests in the order in which they were written, reporting as it goes. */
export class Runner {
  readonly root = new TestNode(undefined, { name: '', kind: 'suite', options: {}, body: () => undefined, location: undefined })
  readonly #options: RunnerOptions
  #failed = false
  /** They run once. */
  #lastHooks: Promise<void> | undefined

  constructor(options: RunnerOptions) {
    this.#options = options
  }

  get hasFailed(): boolean {
    return this.#failed
  }

  /** Starts a test below `parent` after those before it; resolves when it ended, whether it passed or not. */
  schedule(parent: TestNode, node: TestNode): Promise<void> {
    parent.children.push(node)
    const release = this.#options.loop.hold()
    // One tick later than the script: all tests of a file are known before the first runs, and `only` can count.
    if (parent === this.root && parent.children.length === 1) this.#options.loop.complete(parent.open)
    parent.tail = parent.tail.then(() => this.#run(node))
    return parent.tail.finally(release)
  }

  /**
   * The script is done, so all its tests are known. As in Node the file's own `after` hooks run when the last of them ended and not when nothing
   * is left to wait for: what they close may be all that is.
   */
  async runLastHooks(): Promise<void> {
    if (this.root.children.length > 0) await this.root.tail
    this.#lastHooks ??= this.#hooks(this.root, 'after', this.root)
    await this.#lastHooks
  }

  /** What comes after the last test. */
  async finish(): Promise<void> {
    await this.runLastHooks()
    if (this.root.children.length > 0) this.#options.report({ type: 'plan', nesting: 0, count: this.root.finished })
  }

  #isLeftOut(node: TestNode): boolean {
    const { only, pattern } = this.#options
    if (only && !hasOnly(node)) return true
    return pattern !== undefined && !matches(node, pattern)
  }

  async #run(node: TestNode): Promise<void> {
    const { parent } = node
    if (parent === undefined) return
    if (this.#isLeftOut(node)) {
      // As in Node 20: what the pattern or `only` leaves out is shown as skipped.
      node.skip = this.#options.pattern === undefined ? "'only' option not set" : 'test name does not match pattern'
    }
    this.#options.report({ type: 'start', name: node.name, nesting: node.nesting })
    const started = now()
    const isLate = parent.kind === 'test' && parent.isOver
    const error = isLate ? CANCELLED : node.skip === undefined ? await this.#attempt(node) : undefined
    const ms = now() - started
    if (node.children.length > 0) this.#options.report({ type: 'plan', nesting: node.nesting + 1, count: node.finished })
    const failure = error ?? (node.failures > 0 ? subtestsFailed(node.failures) : undefined)
    parent.finished++
    if (failure !== undefined && node.todo === undefined) {
      parent.failures++
      this.#failed = true
    }
    const { skip, todo, location } = node
    this.#options.report({
      type: 'end',
      name: node.name,
      nesting: node.nesting,
      number: parent.finished,
      kind: node.kind,
      ok: failure === undefined,
      ms,
      cancelled: failure?.failureType === 'cancelledByParent',
      ...(skip === undefined ? {} : { skip }),
      ...(todo === undefined || skip !== undefined ? {} : { todo }),
      ...(location === undefined ? {} : { location }),
      ...(failure === undefined ? {} : { error: failure }),
    })
    for (const text of node.diagnostics) this.#options.report({ type: 'diagnostic', nesting: node.nesting, text })
  }

  async #attempt(node: TestNode): Promise<ShownError | undefined> {
    const { parent } = node
    let error: ShownError | undefined
    try {
      if (parent !== undefined) await this.#beforeOf(parent)
      if (node.kind === 'test') for (const owner of lineage(node)) await this.#hooks(owner, 'beforeEach', node)
      node.open()
      await this.#body(node)
      node.isOver = true
      const collected = await node.collected
      if (collected !== undefined) throw collected.thrown
      if (node.children.length > 0) await node.tail
    } catch (thrown) {
      error = shownError(
        thrown,
        thrown instanceof HookError ? 'hookFailed' : thrown instanceof TestTimeout ? 'testTimeoutFailure' : 'testCodeFailure',
      )
    }
    try {
      if (node.kind === 'test') for (const owner of lineage(node).toReversed()) await this.#hooks(owner, 'afterEach', node)
      await this.#hooks(node, 'after', node)
    } catch (thrown) {
      error ??= shownError(thrown, 'hookFailed')
    }
    return error
  }

  async #beforeOf(owner: TestNode): Promise<void> {
    if (owner.isBeforeDone) return
    owner.isBeforeDone = true
    await this.#hooks(owner, 'before', owner)
  }

  async #hooks(owner: TestNode, name: HookName, node: TestNode): Promise<void> {
    for (const hook of owner.hooks[name]) {
      try {
        await settled(() => hook({ name: node.name }), hook.length > 1, hook)
      } catch (thrown) {
        throw new HookError(thrown)
      }
    }
  }

  async #body(node: TestNode): Promise<void> {
    const { timeout } = node.options
    const work = settled(() => node.body(contexts.get(node)), node.kind === 'test' && node.body.length > 1, node.body, contexts.get(node))
    if (timeout === undefined || timeout === Infinity) return work
    const release = this.#options.loop.hold()
    let timer: ReturnType<typeof setTimeout> | undefined
    try {
      await Promise.race([
        work,
        new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(new TestTimeout(`test timed out after ${timeout}ms`)), timeout)
        }),
      ])
    } finally {
      clearTimeout(timer)
      release()
    }
  }
}

const CANCELLED: ShownError = {
  message: 'test did not finish before its parent and was cancelled',
  name: 'Error',
  code: 'ERR_TEST_FAILURE',
  failureType: 'cancelledByParent',
  stack: [],
}

/** The object that a test's function gets, by test; made by the API that offers it. */
export const contexts = new WeakMap<TestNode, unknown>()

class HookError extends Error {
  constructor(thrown: unknown) {
    super(thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown })
    if (thrown instanceof Error && thrown.stack !== undefined) this.stack = thrown.stack
  }
}

class TestTimeout extends Error {}

/** Runs a function that returns a promise, or takes a callback as its second parameter. */
async function settled(call: () => unknown, takesDone: boolean, body: Body, context?: unknown): Promise<void> {
  if (!takesDone) {
    await call()
    return
  }
  await new Promise<void>((resolve, reject) => {
    body(context, (error) => (error === undefined || error === null ? resolve() : reject(error)))
  })
}

function lineage(node: TestNode): TestNode[] {
  const up: TestNode[] = []
  for (let at = node.parent; at !== undefined; at = at.parent) up.unshift(at)
  return up
}

function hasOnly(node: TestNode): boolean {
  return node.isOnly || node.children.some(hasOnly) || lineage(node).some((owner) => owner.isOnly)
}

function matches(node: TestNode, pattern: RegExp): boolean {
  return (
    pattern.test(node.name) ||
    node.children.some((child) => matches(child, pattern)) ||
    lineage(node).some((owner) => owner.name !== '' && pattern.test(owner.name))
  )
}

function subtestsFailed(count: number): ShownError {
  return {
    message: `${count} subtest${count > 1 ? 's' : ''} failed`,
    name: 'Error',
    code: 'ERR_TEST_FAILURE',
    failureType: 'subtestsFailed',
    stack: [],
  }
}

function shownError(thrown: unknown, failureType: string): ShownError {
  const error = thrown instanceof HookError ? thrown.cause : thrown
  if (!(error instanceof Error))
    return { message: typeof error === 'string' ? error : inspect(error), name: 'Error', code: 'ERR_TEST_FAILURE', failureType, stack: [] }
  const frames = cleanStack(error.stack ?? '')
    .split('\n')
    .filter((line) => placeOf(line) !== undefined)
    .map((line) => line.replace(/^\s+at /, ''))
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'ERR_TEST_FAILURE'
  const base = { message: error.message, name: error.name, code, failureType, stack: frames.slice(0, 8) }
  if (!(error instanceof AssertionError)) return base
  return {
    ...base,
    expected: inspect(error.expected),
    actual: inspect(error.actual),
    ...(error.operator === undefined ? {} : { operator: error.operator }),
  }
}
