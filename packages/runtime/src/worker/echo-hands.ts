import { failureOf, isJsonObject, type Hands, type HandsResult, type Json, type LeaseId, type Run } from '@tabwright/protocol'

const DIM = '\u001b[2m'
const RED = '\u001b[31m'
const PLAIN = '\u001b[0m'

/** One line of a shell with its output, as a terminal shows it. */
export interface Echo {
  write(text: string): void
  /** Resolves when what was written is stored. */
  flush(): Promise<void>
  /** Where the shell stands, as of the last command. */
  cwd: string
}

export const refusal = (text: string): string => `${RED}${text}${PLAIN}\r\n`

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
    name === 'shell' ? this.shell(lease, { who: 'agent $', input }, run) : this.#hands.execute(lease, name, input, run)

  async shell(lease: LeaseId, { who, input }: { who: string; input: Json }, run: Run): Promise<HandsResult> {
    const { write, cwd } = this.#echo
    const command = isJsonObject(input) ? input['command'] : undefined
    write(`${DIM}${cwd} ${who}${PLAIN} ${typeof command === 'string' ? command.replaceAll('\n', '\r\n') : ''}\r\n`)
    const output: Run['output'] = (stream, text) => {
      run.output(stream, text)
      write(text.replaceAll(/\r?\n/g, '\r\n'))
    }
    try {
      const result = await this.#hands.execute(lease, 'shell', input, { signal: run.signal, files: run.files, output })
      this.#echo.cwd = result.cwd
      if (result.text !== '' && !result.text.endsWith('\n')) write('\r\n')
      if (result.exitCode !== 0) write(`${DIM}[exit ${result.exitCode}]${PLAIN}\r\n`)
      return result
    } catch (error) {
      write(refusal(failureOf(error).message))
      throw error
    } finally {
      // A command that is over is over in the terminal too, whatever happens next.
      await this.#echo.flush()
    }
  }
}
