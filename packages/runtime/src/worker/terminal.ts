import type { Hands, SessionId, Workspace, WorkspaceDelta } from '@tabwright/protocol'
import type { ShellTurns } from '../core/ports'
import { EchoHands, refusal, type Echo } from './echo-hands'
import { shellTurns } from './shell-turns'

/** Where the terminal's text is kept: newest 1 MB, rebuilt after a reload. */
export interface TerminalStore {
  append(text: string): void
  /** Resolves when what was shown so far is stored. */
  flush(): Promise<void>
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
  readonly hands: Hands
  readonly turns: ShellTurns
  run(command: string): Promise<{ exitCode: number; cwd: string }>
  interrupt(): void
  cwd(): string
}

const HOME = '/workspace'
/** A person watches their own command and can end it. */
const PERSON_TIMEOUT_MS = 600_000

export function createTerminal({ session, hands, workspace, store, show, keep }: TerminalOptions): Terminal {
  let abort: AbortController | undefined
  const echo: Echo = {
    cwd: HOME,
    flush: () => store.flush(),
    write: (text) => {
      store.append(text)
      show(text)
    },
  }
  const shared = new EchoHands(hands, echo)
  const turns = shellTurns(() => echo.cwd)
  return {
    hands: shared,
    turns,
    run: async (command) => {
      const mine = new AbortController()
      abort = mine
      try {
        return await turns.turn(mine.signal, async () => {
          const lease = await shared.provision(session, mine.signal)
          const files = workspace.draft()
          const input = { command, timeoutMs: PERSON_TIMEOUT_MS }
          const { exitCode } = await shared.shell(lease, { who: '$', input }, { signal: mine.signal, files, output: () => undefined })
          const lost = await keep(files.delta())
          if (lost.length > 0) echo.write(refusal(`Not taken, changed meanwhile: ${lost.join(', ')}`))
          return { exitCode, cwd: echo.cwd }
        })
      } finally {
        if (abort === mine) abort = undefined
      }
    },
    interrupt: () => abort?.abort(),
    cwd: () => echo.cwd,
  }
}
