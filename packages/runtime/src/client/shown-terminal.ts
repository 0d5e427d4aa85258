import type { TerminalSize } from '@tabwright/protocol'

/** What a terminal shows. */
export interface ShownTerminal {
  /** Everything shown so far (newest 1 MB), ANSI included. */
  history(): Promise<string>
  /** Text as it comes. */
  subscribe(listener: (text: string) => void): () => void
}

/** The agent's shell: to look at, until a person takes it over. The agent is told with its next result what they did. */
export interface AgentTerminalHandle extends ShownTerminal {
  takeOver(): Promise<void>
  giveBack(): Promise<void>
  /** Keys for the agent's command that runs, or for its shell. @throws FailureError `not_permitted` when it is not taken over, or was lost since */
  input(text: string): Promise<void>
  resize(size: TerminalSize): Promise<void>
}

/** The person's shell. */
export interface TerminalHandle extends ShownTerminal {
  /** Keys and pastes as a terminal sends them. The first, which may be empty, opens the shell. @throws FailureError where it cannot be opened */
  input(text: string): Promise<void>
  resize(size: TerminalSize): Promise<void>
  /** True while a command of the person's runs in front. The session's `subscribe` tells when that changes. */
  isRunning(): boolean
}
