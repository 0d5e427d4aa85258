import type { Call, Command } from '../../shell/commands/command'
import type { Process } from '../../shell/processes/process'
import { Killed, type Signal } from '../../shell/signals'
import { readAll } from '../../shell/streams/stream'
import { parseNode, type NodeCall } from './node-options'
import type { PortTable } from './ports/port-table'
import { runProcess, type ProcessStart, type SpawnProcess } from './process-run'
import { canShare } from './shared-tree'
import { Sink } from './process-sink'
import { count, noCounts, type Reporter } from './test-counts'
import { testFiles } from './test-files'
import { specReporter } from './test-spec'
import { tapReporter } from './test-tap'
import { resolvePath } from '../../shell/tree/tree-node'
import { NODE_VERSION } from './version'

const encoder = new TextEncoder()

function words(call: NodeCall): { readonly stdout: string; readonly stderr: string; readonly exitCode: number } | undefined {
  if (call.type === 'version') return { stdout: `${NODE_VERSION}\n`, stderr: '', exitCode: 0 }
  if (call.type === 'wrong') return { stdout: '', stderr: `${call.message}\n`, exitCode: 9 }
  if (call.type !== 'help') return undefined
  const text =
    'Usage: node [options] [script.js | -e code | --test [files]] [arguments]\n\n  -e, -p, -r, --import, --input-type=module, --test, --test-only,\n  --test-name-pattern, --test-reporter=tap|spec, --check, --version\n\nThis is the sandbox’s own Node: CommonJS, ESM and TypeScript files; no network but ports of the sandbox.\n'
  return { stdout: text, stderr: '', exitCode: 0 }
}

const STREAMS = ['stdout', 'stderr'] as const

/** What every run of a line of `node` is started with. */
type Base = Pick<ProcessStart, 'env' | 'cwd' | 'stdin' | 'terminals'>

/** Where the parts of one run of `node` write and what ends them. */
interface Running {
  readonly call: Call
  readonly spawn: SpawnProcess
  readonly ports: PortTable
  readonly sink: Sink
  readonly ended: { by?: Signal }
}

/** The `node` of the shell: every run is a worker of its own with a copy of the files. */
export function nodeCommand(
  spawn: SpawnProcess,
  ports: PortTable,
  vite: (call: Call, args: readonly string[]) => Promise<number>,
): Command {
  return {
    name: 'node',
    summary: 'run JavaScript and TypeScript',
    async run(call) {
      const parsed = parseNode(call.args)
      const said = words(parsed)
      if (said !== undefined) {
        await call.stdout.write(said.stdout)
        await call.stderr.write(said.stderr)
        return said.exitCode
      }
      if (parsed.type === 'run' && parsed.program.type === 'file' && isVite(parsed.program.path, call)) return vite(call, parsed.args)
      const sink = new Sink(call)
      const ended: { by?: Signal } = {}
      const code = await runNode(parsed, { call, spawn, ports, sink, ended })
      try {
        await sink.end()
      } catch (thrown) {
        // The program was told that nobody reads, and ended as it wanted.
        if (!(thrown instanceof Killed) || thrown.signal !== 'PIPE') throw thrown
      }
      call.process.signal.throwIfAborted()
      if (ended.by !== undefined) throw new Killed(ended.by)
      return code
    },
  }
}

/** The command of an installed Vite, which needs native programs: the sandbox's own takes its place. */
function isVite(path: string, { cwd, system }: Call): boolean {
  const whole = resolvePath(cwd, path)
  return system.tree.find(whole) !== undefined && system.tree.realpath(whole).endsWith('/node_modules/vite/bin/vite.js')
}

async function runNode(parsed: NodeCall, running: Running): Promise<number> {
  const { call, spawn, ports, sink, ended } = running
  const stdin = await stdinOf(parsed, call)
  const terminals = STREAMS.filter((_, at) => call.file(at + 1)?.isTerminal)
  const base = { env: { ...Object.fromEntries(call.env), PWD: call.cwd }, cwd: call.cwd, stdin, terminals }
  if (parsed.type === 'test') return runTests(parsed, base, running)
  const start = startOf(parsed, base)
  if (start === undefined) {
    await call.stderr.write('node: there is no interactive prompt in this sandbox; give a file or use node -e\n')
    return 1
  }
  return runProcess(start, {
    spawn,
    ports,
    exec: (argv, how) => call.exec(argv, how),
    tree: call.system.tree,
    signal: call.process.signal,
    onSignals: (take) => {
      call.process.onSignal = signalTaker(call.process, take)
    },
    onSignalled: (signal) => {
      ended.by = signal
    },
    output: (stream, bytes) => sink.write(stream, bytes),
    unusedInput: () => start.stdin instanceof Uint8Array && call.file(0)?.giveBack?.(start.stdin),
  })
}

/** A program that was told that nobody reads its output has so long to end by itself. */
const PATIENCE_MS = 1000

/** As a real `node` it begins with no signal ignored, whatever its shell said. */
function signalTaker(process: Process, take: (signal: Signal) => boolean): (signal: Signal) => boolean {
  return (signal) => {
    if (signal === 'PIPE') setTimeout(() => process.deliver('KILL'), PATIENCE_MS)
    return take(signal)
  }
}

/** A program asks for its input as it goes. Where it could not wait for it, it gets what is no terminal's whole, at its start. */
async function stdinOf(parsed: NodeCall, call: Call): Promise<ProcessStart['stdin']> {
  const file = call.file(0)
  const isProgram = parsed.type === 'run'
  if (file === undefined || !(isProgram || parsed.type === 'stdin')) return new Uint8Array()
  const { isTerminal } = file
  if (isProgram && (isTerminal || canShare()))
    return { isTerminal, read: (max) => call.stdin.read(max), giveBack: (bytes) => file.giveBack?.(bytes) }
  // What it did not look at goes back to whoever reads next.
  return isTerminal ? new Uint8Array() : readAll(call.stdin)
}

function startOf(call: NodeCall, base: Base): ProcessStart | undefined {
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
  if (call.type !== 'stdin' || !(base.stdin instanceof Uint8Array) || base.stdin.length === 0) return undefined
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
async function runTests(call: Extract<NodeCall, { type: 'test' }>, base: Base, running: Running): Promise<number> {
  const { sink } = running
  const { files, missing } = testFiles(running.call.system.tree, base.cwd, call.paths)
  if (missing.length > 0) {
    sink.write('stderr', encoder.encode(`Could not find '${missing.map((name) => resolvePath(base.cwd, name)).join("', '")}'\n`))
    return 1
  }
  const isSpec = call.reporter === undefined ? base.terminals?.includes('stdout') : call.reporter === 'spec'
  const reporter = isSpec ? specReporter() : tapReporter()
  const counts = noCounts()
  const started = performance.now()
  for (const path of files) {
    if (running.call.process.signal.aborted) break
    await runTestFile({ path, call, base, counts, reporter }, running)
  }
  sink.print(reporter.end(counts, performance.now() - started))
  return counts.fail + counts.cancelled > 0 ? 1 : 0
}

interface TestFile {
  readonly path: string
  readonly call: Extract<NodeCall, { type: 'test' }>
  readonly base: Base
  readonly counts: ReturnType<typeof noCounts>
  readonly reporter: Reporter
}

async function runTestFile(file: TestFile, running: Running): Promise<void> {
  const { sink } = running
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
      spawn: running.spawn,
      ports: running.ports,
      exec: (argv, how) => running.call.exec(argv, how),
      tree: running.call.system.tree,
      signal: running.call.process.signal,
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
