import { failureOf, isJsonObject, type Hands, type HandsResult, type Json, type LeaseId, type Run } from '@tabwright/protocol'

const DIM = '\u001b[2m'
const RED = '\u001b[31m'
const PLAIN = '\u001b[0m'

/** Before a shell is used in whose place there was another. Whatever the last program left behind goes: colours, no cursor. */
export const ANEW = `${PLAIN}\u001b[?25h\r\n${DIM}[A new shell: the one before ended with its page.]${PLAIN}\r\n`

/** Where commands run elsewhere from then on. */
export const movedNote = (name: string): string => `${PLAIN}\r\n${DIM}[Commands run from here on: ${name}]${PLAIN}\r\n`

/** One line of a shell with its output, as a terminal shows it. */
export interface Echo {
  /** Resolves when what stood here before is known; comes before the first use of the shell. */
  begin(): Promise<void>
  write(text: string): void
  /** Resolves when what was written is stored. */
  flush(): Promise<void>
  /** Where the shell stands, as of the last command. */
  cwd: string
  /** A command runs. */
  isRunning: boolean
  /** What became of this shell, and what a person did in it, that the agent has not been told. */
  takeNote(): string
  /** Goes in front of a command: a prompt may stand where it is written. */
  rowStart(): string
}

export const refusal = (text: string): string => `${RED}${text}${PLAIN}\r\n`

function withNote(text: string, note: string): string {
  return note === '' ? text : `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${note}\n`
}

/** The same hands, with every command and its output shown. Only these run commands, so the terminal misses none. */
export class EchoHands implements Hands {
  readonly name: string
  readonly tools: Hands['tools']
  readonly caps: string
  readonly #hands: Hands
  readonly #echo: Echo

  constructor(hands: Hands, echo: Echo) {
    this.name = hands.name
    this.tools = hands.tools
    this.caps = hands.caps
    this.#hands = hands
    this.#echo = echo
  }

  provision: Hands['provision'] = (session, signal) => this.#hands.provision(session, signal)
  release: Hands['release'] = (lease) => this.#hands.release(lease)
  execute: Hands['execute'] = (lease, name, input, run) =>
    name === 'shell' ? this.#shell(lease, input, run) : this.#hands.execute(lease, name, input, run)

  async #shell(lease: LeaseId, input: Json, run: Run): Promise<HandsResult> {
    await this.#echo.begin()
    const { write, cwd } = this.#echo
    const command = isJsonObject(input) ? input['command'] : undefined
    write(`${this.#echo.rowStart()}${DIM}${cwd} $${PLAIN} ${typeof command === 'string' ? command.replaceAll('\n', '\r\n') : ''}\r\n`)
    this.#echo.isRunning = true
    const output: Run['output'] = (stream, text) => {
      run.output(stream, text)
      write(text.replaceAll(/\r?\n/g, '\r\n'))
    }
    try {
      const result = await this.#hands.execute(lease, 'shell', input, { ...run, output })
      this.#echo.cwd = result.cwd
      if (result.text !== '' && !result.text.endsWith('\n')) write('\r\n')
      if (result.exitCode !== 0) write(`${DIM}[exit ${result.exitCode}]${PLAIN}\r\n`)
      return { ...result, text: withNote(result.text, this.#echo.takeNote()) }
    } catch (error) {
      write(refusal(failureOf(error).message))
      throw error
    } finally {
      this.#echo.isRunning = false
      // A command that is over is over in the terminal too, whatever happens next.
      await this.#echo.flush()
    }
  }
}
