import { joined, textOf } from '../../../text'
import type { Call } from '../../command'
import type { Zone } from '../../dates/zones'
import type { LatinOutput } from '../../text/latin-output'
import type { UnzipWords } from './unzip-options'
import type { ZipEntry } from './zip-format'

/** One run of unzip. */
export interface Unzip {
  readonly call: Call
  readonly out: LatinOutput
  readonly words: UnzipWords
  readonly zone: Zone
  readonly quiet: number
  readonly damaged: Set<ZipEntry>
  has(letter: string): boolean
  code: number
}

/** Tells something on standard error, behind what was put out. */
export async function say({ out, call }: Unzip, text: string): Promise<void> {
  await out.flush()
  await call.stderr.write(text)
}

/** What to do with what is there already; the answers of a person hold on. */
export class Overwriting {
  readonly #run: Unzip
  #all: boolean | undefined
  #rest = ''

  constructor(run: Unzip) {
    this.#run = run
    this.#all = run.has('o') ? true : run.has('n') ? false : undefined
  }

  /** Under which name it may be written; undefined: not at all. */
  async nameFor(name: string): Promise<string | undefined> {
    if (this.#all !== undefined) return this.#all ? name : undefined
    const letter = await this.#ask(name)
    if (letter === undefined || letter === 'N') {
      if (letter === undefined) await say(this.#run, ' NULL\n(EOF or read error, treating as "[N]one" ...)\n')
      this.#all = false
      if (letter === undefined) this.#run.code = Math.max(this.#run.code, 1)
      return undefined
    }
    if (letter === 'A') this.#all = true
    if (letter === 'r') {
      await say(this.#run, 'new name: ')
      return (await this.#line()) ?? undefined
    }
    return letter === 'A' || letter === 'y' || letter === 'Y' ? name : undefined
  }

  async #ask(name: string): Promise<string | undefined> {
    await say(this.#run, `replace ${name}? [y]es, [n]o, [A]ll, [N]one, [r]ename: `)
    const line = await this.#line()
    return line?.charAt(0)
  }

  async #line(): Promise<string | undefined> {
    while (!this.#rest.includes('\n')) {
      const part = await this.#run.call.stdin.read()
      if (part === undefined) break
      this.#rest += textOf(joined([part]))
    }
    const end = this.#rest.indexOf('\n')
    const line = end < 0 ? this.#rest : this.#rest.slice(0, end)
    this.#rest = end < 0 ? '' : this.#rest.slice(end + 1)
    return line === '' && end < 0 ? undefined : line
  }
}
