import { defineCommand, type Command, type ResolvedCommandContext } from 'just-bash/browser'
import type { FileTree } from './file-tree'
import { LIVE_FLAG } from './live-output'
import { parseNode, type NodeCall } from './node-options'
import { runProcess, type ProcessStart, type SpawnProcess } from './process-run'
import { latin1, stdinBytes } from './shell-files'
import { count, noCounts, type Reporter } from './test-counts'
import { testFiles } from './test-files'
import { specReporter } from './test-spec'
import { tapReporter } from './test-tap'
import { resolvePath } from './tree-node'
import { NODE_VERSION } from './version'

/** What a command needs beyond what the shell gives it. */
export interface CommandHost {
  readonly tree: FileTree
  readonly spawn: SpawnProcess
  /** Ends the running command's processes. */
  signal(): AbortSignal
  /** Straight to the person and the agent. */
  live(stream: 'stdout' | 'stderr', bytes: Uint8Array): void
}

type Result = Awaited<ReturnType<Command['execute']>>

const encoder = new TextEncoder()

/** Output of a running program: streamed where nobody else reads it, collected for a pipe or a file otherwise. */
class Sink {
  readonly #host: CommandHost
  readonly #isLive: boolean
  #out = ''
  #err = ''

  constructor(host: CommandHost, context: ResolvedCommandContext) {
    this.#host = host
    this.#isLive = context.env.get(LIVE_FLAG) === '1'
  }

  write(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    if (this.#isLive) this.#host.live(stream, bytes)
    else if (stream === 'stdout') this.#out += latin1(bytes)
    else this.#err += new TextDecoder().decode(bytes)
  }

  print(text: string): void {
    this.write('stdout', encoder.encode(text))
  }

  result(exitCode: number): Result {
    return { stdout: this.#out, stderr: this.#err, exitCode, stdoutKind: 'bytes' }
  }
}

function environment(context: ResolvedCommandContext): Record<string, string> {
  const env = { ...context.exportedEnv, PWD: context.cwd }
  Reflect.deleteProperty(env, LIVE_FLAG)
  return env
}

function words(call: NodeCall): Result | undefined {
  if (call.type === 'version') return { stdout: `${NODE_VERSION}\n`, stderr: '', exitCode: 0 }
  if (call.type === 'wrong') return { stdout: '', stderr: `${call.message}\n`, exitCode: 9 }
  if (call.type !== 'help') return undefined
  const text =
    'Usage: node [options] [script.js | -e code | --test [files]] [arguments]\n\n  -e, -p, -r, --import, --input-type=module, --test, --test-only,\n  --test-name-pattern, --test-reporter=tap|spec, --check, --version\n\nThis is the sandbox’s own Node: CommonJS, ESM and TypeScript files; no network, no child processes.\n'
  return { stdout: text, stderr: '', exitCode: 0 }
}

/** The `node` of the shell: every run is a worker of its own with a copy of the files. */
export function nodeCommand(host: CommandHost): Command {
  return defineCommand('node', async (argv, context) => {
    const call = parseNode(argv)
    const said = words(call)
    if (said !== undefined) return said
    const sink = new Sink(host, context)
    const stdin = stdinBytes(context)
    const base = { env: environment(context), cwd: context.cwd, stdin }
    if (call.type === 'test') return runTests(call, base, { host, sink })
    const start = startOf(call, base)
    if (start === undefined)
      return { stdout: '', stderr: 'node: there is no interactive prompt in this sandbox; give a file or use node -e\n', exitCode: 1 }
    const code = await runProcess(start, {
      spawn: host.spawn,
      tree: host.tree,
      signal: host.signal(),
      output: (stream, bytes) => sink.write(stream, bytes),
    })
    return sink.result(code)
  })
}

function startOf(call: NodeCall, base: Pick<ProcessStart, 'env' | 'cwd' | 'stdin'>): ProcessStart | undefined {
  if (call.type === 'run') {
    const first = call.program.type === 'file' ? [resolvePath(base.cwd, call.program.path)] : []
    return { ...base, program: call.program, argv: [...first, ...call.args], execArgv: call.execArgv, preload: call.preload }
  }
  if (call.type === 'check') {
    return {
      ...base,
      program: { type: 'eval', code: `require('node:vm').checkFile(${JSON.stringify(call.path)})`, print: false, module: false },
      argv: [],
    }
  }
  if (call.type !== 'stdin' || base.stdin.length === 0) return undefined
  const code = new TextDecoder().decode(base.stdin)
  return {
    ...base,
    stdin: new Uint8Array(),
    program: { type: 'eval', code, print: false, module: call.module },
    argv: ['-', ...call.args],
    preload: call.preload,
  }
}

/** One file after the other, each in a worker of its own, as `node --test` isolates them. */
async function runTests(
  call: Extract<NodeCall, { type: 'test' }>,
  base: Pick<ProcessStart, 'env' | 'cwd' | 'stdin'>,
  to: { host: CommandHost; sink: Sink },
): Promise<Result> {
  const { host, sink } = to
  const { files, missing } = testFiles(host.tree, base.cwd, call.paths)
  if (missing.length > 0) {
    sink.write('stderr', encoder.encode(`Could not find '${missing.map((name) => resolvePath(base.cwd, name)).join("', '")}'\n`))
    return sink.result(1)
  }
  const reporter = call.reporter === 'spec' ? specReporter() : tapReporter()
  const counts = noCounts()
  const started = performance.now()
  for (const path of files) {
    if (host.signal().aborted) break
    await runTestFile({ path, call, base, counts, reporter }, to)
  }
  sink.print(reporter.end(counts, performance.now() - started))
  return sink.result(counts.fail + counts.cancelled > 0 ? 1 : 0)
}

interface TestFile {
  readonly path: string
  readonly call: Extract<NodeCall, { type: 'test' }>
  readonly base: Pick<ProcessStart, 'env' | 'cwd' | 'stdin'>
  readonly counts: ReturnType<typeof noCounts>
  readonly reporter: Reporter
}

async function runTestFile(file: TestFile, { host, sink }: { host: CommandHost; sink: Sink }): Promise<void> {
  const { path, call, counts, reporter } = file
  let seen = 0
  let failed = 0
  const decoder = new TextDecoder()
  const started = performance.now()
  const program: ProcessStart['program'] = {
    type: 'test',
    path,
    only: call.only,
    ...(call.pattern === undefined ? {} : { pattern: call.pattern }),
  }
  const code = await runProcess(
    { ...file.base, program, argv: [path], preload: call.preload },
    {
      spawn: host.spawn,
      tree: host.tree,
      signal: host.signal(),
      output: (_stream, bytes) => sink.print(reporter.text(decoder.decode(bytes, { stream: true }))),
      report(report) {
        if (report.type === 'end') {
          count(counts, report)
          if (report.nesting === 0) seen++
          if (!report.ok && report.todo === undefined) failed++
        }
        // Each file's own plan is not the run's.
        if (report.type !== 'plan' || report.nesting > 0) sink.print(reporter.report(report))
      },
    },
  )
  // A file without tests is one test; so is a file that broke outside of its tests.
  if ((code === 0 && seen > 0) || (code !== 0 && failed > 0)) return
  const ok = code === 0
  const error = { message: 'test failed', name: 'Error', code: 'ERR_TEST_FAILURE', failureType: 'testCodeFailure', stack: [] }
  const end = {
    type: 'end' as const,
    name: path,
    nesting: 0,
    number: 0,
    kind: 'test' as const,
    ok,
    ms: performance.now() - started,
    cancelled: false,
    ...(ok ? {} : { error }),
  }
  count(counts, end)
  sink.print(reporter.report({ type: 'start', name: path, nesting: 0 }) + reporter.report(end))
}
