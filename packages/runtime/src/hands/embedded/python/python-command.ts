import { CommandError, type Call, type Command } from '../../../shell/commands/command'
import { readAll } from '../../../shell/streams/stream'
import type { PortTable } from '../ports/port-table'
import { runProcess, type ProcessStart, type SpawnProcess } from '../process-run'
import { canShare } from '../shared-tree'
import { Sink } from '../process-sink'
import type { PackSource } from '../pack-source'

const STREAMS = ['stdout', 'stderr'] as const

/** `python3` and `pip`: every run is a worker of its own with a copy of the files. @param source undefined: there is no Python in this place */
export function pythonCommands(source: PackSource | undefined, ports: PortTable): readonly Command[] {
  const command = (name: string, summary: string, before: readonly string[] = []): Command => ({
    name,
    summary,
    run: (call) => runPython(call, [...before, ...call.args], { source, ports }),
  })
  return [
    command('python3', 'run Python'),
    command('python', 'run Python'),
    command('pip', 'install Python wheels that lie in the project', ['-m', 'pip']),
    command('pip3', 'install Python wheels that lie in the project', ['-m', 'pip']),
  ]
}

/** What every run is given. */
interface Place {
  readonly source: PackSource | undefined
  /** A program of Python listens on none; a worker is told of them all the same. */
  readonly ports: PortTable
}

async function runPython(call: Call, argv: readonly string[], { source, ports }: Place): Promise<number> {
  if (source === undefined) throw new CommandError('Python is not part of this place', 127)
  const spawn = await orEnded(source.spawner(), call.process.signal)
  const sink = new Sink(call)
  const start: ProcessStart = {
    program: { type: 'python' },
    argv,
    env: { ...Object.fromEntries(call.env), PWD: call.cwd },
    cwd: call.cwd,
    stdin: await stdinOf(call),
    terminals: STREAMS.filter((_, at) => call.file(at + 1)?.isTerminal),
  }
  const code = await runProcess(start, {
    name: 'python3',
    spawn,
    tree: call.system.tree,
    ports,
    exec: (argv, how) => call.exec(argv, how),
    signal: call.process.signal,
    output: (stream, bytes) => sink.write(stream, bytes),
    unusedInput: () => start.stdin instanceof Uint8Array && call.file(0)?.giveBack?.(start.stdin),
  })
  await sink.end()
  call.process.signal.throwIfAborted()
  return code
}

/** Whoever is ended does not wait for what is being loaded; it goes on loading for the next. */
function orEnded(wanted: Promise<SpawnProcess>, signal: AbortSignal): Promise<SpawnProcess> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('ended'))
    if (signal.aborted) return end()
    signal.addEventListener('abort', end, { once: true })
    wanted.then(resolve, reject).finally(() => signal.removeEventListener('abort', end))
  })
}

/** Asked for as the program goes; where it could not wait, what is no terminal's is there whole at the start. */
async function stdinOf(call: Call): Promise<ProcessStart['stdin']> {
  const file = call.file(0)
  if (file === undefined) return new Uint8Array()
  const { isTerminal } = file
  if (isTerminal || canShare()) return { isTerminal, read: (max) => call.stdin.read(max), giveBack: (bytes) => file.giveBack?.(bytes) }
  return readAll(call.stdin)
}
