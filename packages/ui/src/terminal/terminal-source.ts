/** One shell, shared by the person and the agent: an open session's terminal fits as it is. Every promise rejects with a FailureError. */
export interface TerminalSource {
  /** Everything shown so far, ANSI included. */
  history(): Promise<string>
  /** Text as it comes: for each command, whoever ran it, first a line with folder, prompt and command, then its output. */
  subscribe(listener: (text: string) => void): () => void
  /** Runs one command line; resolves when it ended. */
  run(command: string): Promise<{ readonly exitCode: number; readonly cwd: string }>
  interrupt(): Promise<void>
  cwd(): Promise<string>
}
