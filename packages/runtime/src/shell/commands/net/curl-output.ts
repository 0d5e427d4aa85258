import { FsError } from '../../tree/fs-error'
import { errnoText } from '../../tree/errno-text'
import type { Output } from '../../streams/stream'
import type { Call } from '../command'
import { CurlFailure } from './curl-failure'

/** Where a transfer's bytes go; a file is made with its first byte, or at the end of an answer without any. */
export class CurlSink {
  readonly path: string | undefined
  readonly #call: Call
  readonly #warn: (text: string) => Promise<void>
  #output: Output | undefined

  /** @param path undefined: standard output */
  constructor(call: Call, path: string | undefined, warn: (text: string) => Promise<void>) {
    this.#call = call
    this.path = path
    this.#warn = warn
  }

  async write(data: Uint8Array | string): Promise<void> {
    this.#output ??= await this.#open()
    await this.#output.write(data)
  }

  /** @param isWhole an answer without a byte is an empty file */
  async end(isWhole: boolean): Promise<void> {
    if (this.path === undefined) return
    if (isWhole) this.#output ??= await this.#open()
    this.#output?.close()
  }

  async #open(): Promise<Output> {
    if (this.path === undefined) return this.#call.stdout
    try {
      return this.#call.create(this.path)
    } catch (thrown) {
      if (!(thrown instanceof FsError)) throw thrown
      await this.#warn(`Failed to open the file ${this.path}: ${errnoText(thrown)}`)
      throw new CurlFailure(23, 'Failure writing output to destination')
    }
  }
}

const METER =
  '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n'

/** curl's table of progress: its head once, a line when the transfer begins and one when it is over. */
export class CurlMeter {
  readonly #write: (text: string) => Promise<void>
  readonly #kind: 'table' | 'bar' | 'none'
  #hasHead = false

  constructor(kind: 'table' | 'bar' | 'none', write: (text: string) => Promise<void>) {
    this.#kind = kind
    this.#write = write
  }

  async begin(): Promise<void> {
    if (this.#kind !== 'table') return
    if (!this.#hasHead) await this.#write(METER)
    this.#hasHead = true
    await this.#write(line({ received: 0, sent: 0, seconds: 0 }))
  }

  async end(done: { readonly received: number; readonly sent: number; readonly seconds: number }): Promise<void> {
    if (this.#kind === 'bar' && done.received > 0) await this.#write(`\r${'#'.repeat(72)} 100.0%\n`)
    if (this.#kind === 'table') await this.#write(`${line(done)}\n`)
  }
}

function line({ received, sent, seconds }: { readonly received: number; readonly sent: number; readonly seconds: number }): string {
  const speed = (bytes: number): string => short(seconds > 0 ? Math.floor(bytes / seconds) : 0)
  const share = (bytes: number): string => String(bytes > 0 ? 100 : 0).padStart(3)
  const none = '--:--:--'
  const amounts = `${share(received + sent)} ${short(received + sent)}  ${share(received)} ${short(received)}  ${share(sent)} ${short(sent)}`
  return `\r${amounts}  ${speed(received).padStart(5)}  ${speed(sent).padStart(5)} ${none} ${none} ${none} ${speed(received)}`
}

function short(count: number): string {
  if (count < 100_000) return String(count).padStart(5)
  if (count < 10_240_000) return `${String(Math.floor(count / 1024)).padStart(4)}k`
  return `${String(Math.floor(count / 1_048_576)).padStart(4)}M`
}
