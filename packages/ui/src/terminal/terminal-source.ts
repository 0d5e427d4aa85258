import type { TerminalSize } from '@tabwright/protocol'

/** What a terminal shows: an open session's terminals fit as they are. Every promise rejects with a FailureError. */
export interface TerminalSource {
  /** Everything shown so far, ANSI included. */
  history(): Promise<string>
  /** Text as it comes. */
  subscribe(listener: (text: string) => void): () => void
}

/** The agent's shell: to look at, until it is taken over. */
export interface AgentSource extends KeyboardSource {
  takeOver(): Promise<void>
  giveBack(): Promise<void>
}

/** A shell that somebody sits at. */
export interface KeyboardSource extends TerminalSource {
  /** Keys and pastes as a terminal sends them. An empty one says that somebody came to the keyboard. */
  input(text: string): Promise<void>
  resize(size: TerminalSize): Promise<void>
}
