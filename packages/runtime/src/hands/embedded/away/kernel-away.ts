import { joinBytes } from '@tabwright/protocol'
import { CommandError, type Call, type Command } from '../../../shell/commands/command'
import { FsError } from '../../../shell/tree/fs-error'
import type { FromKernel, ToKernel } from '../messages'
import { KILLED } from '../process-run'
import { Sink } from '../process-sink'
import type { FileChanges, TreeSync } from '../tree-sync'
import { MAX_AWAY, MAX_AWAY_INPUT } from './away-messages'

export type AwaySaid = Extract<FromKernel, { type: `away.${string}` }>
export type AwayTold = Extract<ToKernel, { type: `away.${string}` }>

/** Whether a message is about a program that runs elsewhere. */
export function isAway<T extends { readonly type: string }>(message: T): message is Extract<T, { type: `away.${string}` }> {
  return message.type.startsWith('away.')
}

export interface KernelAwayOptions {
  readonly commands: Map<string, Command>
  post(message: AwaySaid, handed?: readonly ArrayBuffer[]): void
  /** Called when other commands are there than before. */
  placed(): void
  readonly sync: TreeSync
  /** A command line runs: somebody takes what changed. */
  isRunning(): boolean
}

interface Open {
  readonly sink: Sink
  readonly end: (code: number) => void
}

/** What the shell's own variables say of this sandbox says nothing of another place. */
const OWN = new Set(['HOME', 'LOGNAME', 'OLDPWD', 'PATH', 'PWD', 'SHELL', 'SHLVL', 'TMPDIR', 'USER', '_'])

/** The kernel's end of programs that run elsewhere: each is a command of the shell like any other. */
export class KernelAway {
  readonly #options: KernelAwayOptions
  readonly #open = new Map<number, Open>()
  #last = 0

  constructor(options: KernelAwayOptions) {
    this.#options = options
  }

  take(message: AwayTold): void {
    if (message.type === 'away.commands') return this.#place(message)
    const open = this.#open.get(message.id)
    if (message.type === 'away.output') {
      // Said although nobody reads: what is not taken holds up its program.
      this.#options.post({ type: 'away.took', id: message.id })
      open?.sink.write(message.stream, message.bytes)
      return
    }
    this.#options.sync.receive(message)
    open?.end(message.code)
  }

  #place({ names, missing }: Extract<AwayTold, { type: 'away.commands' }>): void {
    const { commands, placed } = this.#options
    for (const name of missing) commands.delete(name)
    for (const name of names) commands.set(name, { name, summary: 'run elsewhere', run: (call) => this.#run(name, call) })
    placed()
  }

  async #run(name: string, call: Call): Promise<number> {
    const { signal } = call.process
    const { post, sync, isRunning } = this.#options
    if (this.#open.size >= MAX_AWAY) throw new CommandError(`more than ${MAX_AWAY} programs at once`, 126)
    const input = await inputOf(call)
    if (!isRunning()) throw new CommandError('programs start only while a command line runs', 126)
    signal.throwIfAborted()
    const id = ++this.#last
    const sink = new Sink(call)
    const changes: FileChanges = sync.changes()
    const env = Object.fromEntries([...call.env].filter(([key]) => !OWN.has(key)))
    const stop = (): void => {
      post({ type: 'away.stop', id })
      this.#open.get(id)?.end(KILLED)
    }
    try {
      const code = await new Promise<number>((resolve) => {
        this.#open.set(id, { sink, end: resolve })
        signal.addEventListener('abort', stop, { once: true })
        const start = { type: 'away.start' as const, id, argv: [name, ...call.args], env, cwd: call.cwd, ...(input && { input }) }
        post({ ...start, ...changes }, changes.packs)
      })
      await sink.end()
      signal.throwIfAborted()
      return code
    } finally {
      signal.removeEventListener('abort', stop)
      this.#open.delete(id)
    }
  }
}

/**
 * A copy of what there is to read, whole: nobody there says how much was looked at. It goes back to whoever reads next, so that the list
 * of a `while read` is not eaten by the programs in its loop.
 */
async function inputOf(call: Call): Promise<Uint8Array | undefined> {
  const file = call.file(0)
  if (file === undefined || file.isTerminal) return undefined
  const parts: Uint8Array[] = []
  let size = 0
  for (;;) {
    const part = await call.stdin.read().catch((thrown: unknown) => {
      // Closed, or open for writing alone.
      if (thrown instanceof FsError) return undefined
      throw thrown
    })
    if (part === undefined) break
    parts.push(part.slice())
    size += part.length
    if (size > MAX_AWAY_INPUT)
      throw new CommandError(`more than ${MAX_AWAY_INPUT / 1024 / 1024} MiB of standard input cannot go there; put it in a file`, 1)
  }
  const whole = joinBytes(parts)
  if (size > 0 && file.unread?.(size) !== true) file.giveBack?.(whole)
  return whole
}
