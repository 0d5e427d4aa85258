import type { Pyodide } from 'pyodide/pyodide.mjs'
import { treeOf } from '../carried-tree'
import type { FromProcess, ToProcess, ToProcessLater } from '../messages'
import { OutputPipe } from '../node/output-pipe'
import { ProgramInput } from '../node/program-input'
import { openInterpreter } from './interpreter'
import type { PythonParts } from './python-messages'
import { TreeFs } from './tree-fs'

/** The worker around a program. */
export interface PythonHost {
  readonly parts: PythonParts
  post(message: FromProcess): void
  /** What the kernel says while the program runs. */
  onMessage(listener: (message: ToProcessLater) => void): void
}

/** Waits without turning: where memory can be shared a thread may sleep. */
function sleeper(isOver: () => boolean): (seconds: number) => void {
  const cell = typeof SharedArrayBuffer === 'function' ? new Int32Array(new SharedArrayBuffer(4)) : undefined
  return (seconds) => {
    const until = performance.now() + seconds * 1000
    for (let left = seconds * 1000; left > 0 && !isOver(); left = until - performance.now())
      if (cell !== undefined) Atomics.wait(cell, 0, 0, Math.min(left, 50))
  }
}

/** What Emscripten throws where a program ended by itself has its code; anything else is a fault. */
function statusOf(thrown: unknown): number | undefined {
  const status: unknown = typeof thrown === 'object' && thrown !== null ? Reflect.get(thrown, 'status') : undefined
  return typeof status === 'number' ? status : undefined
}

/** Runs a command line of `python3`; it reports through `host` and ends with an `exit` message, also where the interpreter broke. */
export async function runPython(start: ToProcess, host: PythonHost): Promise<void> {
  try {
    await run(start, host)
  } catch (thrown) {
    const words = `python3: the interpreter broke: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`
    host.post({ type: 'output', stream: 'stderr', bytes: new TextEncoder().encode(words) })
    host.post({ type: 'exit', code: 134 })
  }
}

async function run(start: ToProcess, host: PythonHost): Promise<void> {
  const pipe = new OutputPipe((stream, bytes) => host.post({ type: 'output', stream, bytes }))
  const tree = treeOf(start)
  let isNews = false
  tree.onChange = (op) => {
    if (!isNews) host.post({ type: 'op', op })
  }
  const input = new ProgramInput(start.input, { ask: () => host.post({ type: 'read' }), flush: () => pipe.flush() })
  host.onMessage((message) => {
    if (message.type === 'input') input.take(message)
    if (message.type !== 'news') return
    isNews = true
    for (const op of message.ops) tree.apply(op)
    isNews = false
  })
  const python = await openInterpreter(host.parts, start.env['HOME'] ?? '/home/user')
  const files = new TreeFs(python.FS, python.ERRNO_CODES, tree)
  files.mount()
  connect(python, { start, input, pipe })
  let code: number
  try {
    code = python._module._run_main()
  } catch (thrown) {
    const status = statusOf(thrown)
    if (status === undefined) throw thrown
    code = status
  }
  files.flush()
  pipe.flush()
  host.post({ type: 'exit', code: code & 255, readInput: input.wasRead })
}

interface Ends {
  readonly start: ToProcess
  readonly input: ProgramInput
  readonly pipe: OutputPipe
}

/** Gives an interpreter its streams, its variables and its command line. */
function connect(python: Pyodide, { start, input, pipe }: Ends): void {
  const writer = (stream: 'stdout' | 'stderr') => ({
    write: (bytes: Uint8Array) => {
      // The interpreter's own memory, which changes.
      pipe.write(stream, bytes.slice())
      return bytes.length
    },
    isatty: start.terminals.includes(stream),
  })
  python.setStdin({
    read: (buffer) => {
      const bytes = input.read(buffer.length)
      buffer.set(bytes)
      return bytes.length
    },
    isatty: input.isTerminal,
  })
  python.setStdout(writer('stdout'))
  python.setStderr(writer('stderr'))
  python.globals.set(
    '_sleep',
    sleeper(() => false),
  )
  python.globals.set('_start', JSON.stringify({ env: start.env, cwd: start.cwd, terminals: start.terminals, words: start.argv }))
  python.runPython('import _sandbox; _sandbox.prepare(_start, _sleep)')
}
