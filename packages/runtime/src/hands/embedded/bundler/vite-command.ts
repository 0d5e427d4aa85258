import { CommandError, type Call, type Command } from '../../../shell/commands/command'
import type { PackSource } from '../pack-source'
import type { PortTable } from '../ports/port-table'
import { runProcess, type ProcessStart } from '../process-run'
import { Sink } from '../process-sink'

/** What every run is given. */
export interface VitePlace {
  /** Undefined: there is no bundler in this place. */
  readonly source: PackSource | undefined
  readonly ports: PortTable
}

/** `vite`: the sandbox's own, in a worker like every program. */
export function viteCommand(place: VitePlace): Command {
  return { name: 'vite', summary: 'serve and build web projects', run: (call) => runVite(call, call.args, place) }
}

/** Runs it with these words. @throws CommandError where it cannot be loaded */
export async function runVite(call: Call, args: readonly string[], { source, ports }: VitePlace): Promise<number> {
  if (source === undefined) throw new CommandError('the bundler is not part of this place', 127)
  const spawn = await source.spawner()
  call.process.signal.throwIfAborted()
  const sink = new Sink(call)
  const start: ProcessStart = {
    program: { type: 'bundler' },
    argv: ['/usr/bin/vite', ...args],
    env: { ...Object.fromEntries(call.env), PWD: call.cwd },
    cwd: call.cwd,
    // It asks for nothing; whoever reads next gets all of it.
    stdin: new Uint8Array(),
  }
  const code = await runProcess(start, {
    name: 'vite',
    spawn,
    tree: call.system.tree,
    ports,
    exec: (argv, how) => call.exec(argv, how),
    signal: call.process.signal,
    output: (stream, bytes) => sink.write(stream, bytes),
  })
  await sink.end()
  call.process.signal.throwIfAborted()
  return code
}
