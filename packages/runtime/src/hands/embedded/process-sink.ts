import type { Call } from '../../shell/commands/command'

/** Most that is written at once. */
const PIECE = 1_048_576

const encoder = new TextEncoder()

/** Output of a running program, written in the order in which it came. A slow reader does not stop the program, it only gets it later. */
export class Sink {
  readonly #call: Call
  #written: Promise<void> = Promise.resolve()
  #broken: unknown

  constructor(call: Call) {
    this.#call = call
  }

  /** Bytes of either stream, in the order of the calls. */
  write(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    this.#written = this.#written.then(async () => {
      if (this.#broken !== undefined) return
      try {
        // In pieces, so that the kernel says between them that it lives, and waits where its host is behind.
        for (let at = 0; at < bytes.length; at += PIECE) {
          await this.#call.system.breathe()
          await this.#call[stream].write(bytes.subarray(at, at + PIECE))
        }
      } catch (thrown) {
        // Told at the end: nobody waits for this write.
        this.#broken = thrown
        this.#call.process.deliver('PIPE')
      }
    })
  }

  /** Text on standard output. */
  print(text: string): void {
    this.write('stdout', encoder.encode(text))
  }

  /** Resolves when all is written. @throws what a write threw */
  async end(): Promise<void> {
    await this.#written
    if (this.#broken !== undefined) throw this.#broken
  }
}
