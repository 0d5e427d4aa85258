import type { Hands, NetworkFetch, SessionId, Workspace, WorkspaceDelta } from '@tabwright/protocol'
import type { ShellTurns } from '../core/ports'
import type { TerminalText } from '../io/terminal-idb'
import { createAgentKeyboard, type AgentKeyboard } from './agent-keyboard'
import { ANEW, EchoHands, movedNote, type Echo } from './echo-hands'
import { shellTurns } from './shell-turns'

export interface TerminalOptions {
  readonly session: SessionId
  readonly hands: Hands
  readonly workspace: Workspace
  readonly store: TerminalText
  readonly show: (text: string) => void
  /** Makes what a person's command changed durable; returns the paths that were not taken. */
  readonly keep: (delta: WorkspaceDelta) => Promise<readonly string[]>
  /** A command line of a person's runs in it, or none does. */
  readonly busy: (isBusy: boolean) => void
  /** To the network, for one command line of the person's. */
  readonly fetch: () => NetworkFetch
  /** Where commands run, where that is not this sandbox. */
  readonly place: () => string | undefined
}

/** The agent's shell: what it runs shows here. */
export interface Terminal {
  readonly hands: Hands
  /** Other hands, with what they run shown here. */
  readonly echoed: (hands: Hands) => Hands
  /** Commands run elsewhere from now on. */
  readonly moved: (name: string) => void
  readonly turns: ShellTurns
  /** For a person who takes the shell over. */
  readonly keyboard: AgentKeyboard
}

const HOME = '/workspace'

const NEW_SHELL = `[This shell is new: the one before ended with its page. Its variables, functions and jobs are gone, and it began in ${HOME}.]`

export function createTerminal({ session, hands, workspace, store, show, keep, busy, fetch, place }: TerminalOptions): Terminal {
  const turns = shellTurns(() => echo.cwd)
  let begun: Promise<void> | undefined
  let isUntold = false
  const begin = async (): Promise<void> => {
    if ((await store.read()) === '') return
    isUntold = true
    echo.write(ANEW)
  }
  const takeNote = (): string => {
    const notes = [...(isUntold ? [NEW_SHELL] : []), keyboard.takeNote()]
    isUntold = false
    return notes.filter((note) => note !== '').join('\n')
  }
  const echo: Echo = {
    cwd: HOME,
    isRunning: false,
    begin: () => (begun ??= begin()),
    takeNote,
    rowStart: () => keyboard.rowStart(),
    flush: () => store.flush(),
    write: (text) => {
      store.append(text)
      show(text)
    },
  }
  const keyboard = createAgentKeyboard({ session, hands, workspace, echo, turns, keep, busy, fetch, place })
  const echoed = (other: Hands): Hands => new EchoHands(other, echo)
  const moved = (name: string): void => {
    keyboard.giveBack()
    echo.cwd = HOME
    // What stood here before is told of as of before.
    echo.begin().then(() => echo.write(movedNote(name)), reportError)
  }
  return { hands: echoed(hands), echoed, moved, turns, keyboard }
}
