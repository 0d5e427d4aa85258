import {
  failureOf,
  isJsonObject,
  type Hands,
  type HandsResult,
  type LeaseId,
  type Run,
  type SessionId,
  type Workspace,
  type WorkspaceDelta,
} from '@tabwright/protocol'

/** Where the terminal's text is kept: newest 1 MB, rebuilt after a reload. */
export interface TerminalStore {
  append(text: string): void
  read(): Promise<string>
}

export interface TerminalOptions {
  readonly session: SessionId
  readonly hands: Hands
  readonly workspace: Workspace
  readonly store: TerminalStore
  readonly show: (text: string) => void
  /** Makes what a person's command changed durable; returns the paths that were not taken. */
  readonly keep: (delta: WorkspaceDelta) => Promise<readonly string[]>
}

/** One shell for the person and the agent: what either runs shows here. */
export interface Terminal {
  /** The same hands, with every command and its output shown. */
  readonly hands: Hands
  run(command: string): Promise<{ exitCode: number; cwd: string }>
  interrupt(): void
  history(): Promise<string>
  cwd(): string
}

const HOME = '/workspace'
const DIM = '\u001b[2m'
const RED = '\u001b[31m'
const PLAIN = '\u001b[0m'

export function createTerminal(options: TerminalOptions): Terminal {
  const { hands, store, show, session } = options
  let cwd = HOME
  let abort: AbortController | undefined
  const write = (text: string): void => {
    store.append(text)
    show(text)
  }

  const execute = async (
    lease: LeaseId,
    command: { who: string; text: string; input: Parameters<Hands['execute']>[2] },
    run: Run,
  ): Promise<HandsResult> => {
    write(`${DIM}${cwd} ${command.who}${PLAIN} ${command.text}\r\n`)
    try {
      const result = await hands.execute(lease, 'shell', command.input, {
        ...run,
        output: (stream, text) => {
          run.output(stream, text)
          write(text.replaceAll(/\r?\n/g, '\r\n'))
        },
      })
      cwd = result.cwd
      if (result.text !== '' && !result.text.endsWith('\n')) write('\r\n')
      if (result.exitCode !== 0) write(`${DIM}[exit ${result.exitCode}]${PLAIN}\r\n`)
      return result
    } catch (error) {
      write(`${RED}${failureOf(error).message}${PLAIN}\r\n`)
      throw error
    }
  }

  return {
    hands: {
      name: hands.name,
      tools: hands.tools,
      caps: hands.caps,
      provision: (id, signal) => hands.provision(id, signal),
      release: (lease) => hands.release(lease),
      execute: (lease, name, input, run) => {
        if (name !== 'shell') return hands.execute(lease, name, input, run)
        const text = isJsonObject(input) ? String(input['command']) : ''
        return execute(lease, { who: 'agent $', text, input }, run)
      },
    },
    run: async (text) => {
      const mine = new AbortController()
      abort = mine
      try {
        const lease = await hands.provision(session, mine.signal)
        const files = options.workspace.draft()
        const { exitCode } = await execute(
          lease,
          { who: '$', text, input: { command: text, timeoutMs: 600_000 } },
          { signal: mine.signal, files, output: () => undefined },
        )
        const lost = await options.keep(files.delta())
        if (lost.length > 0) write(`${RED}Not taken, changed meanwhile: ${lost.join(', ')}${PLAIN}\r\n`)
        return { exitCode, cwd }
      } finally {
        if (abort === mine) abort = undefined
      }
    },
    interrupt: () => abort?.abort(),
    history: () => store.read(),
    cwd: () => cwd,
  }
}
