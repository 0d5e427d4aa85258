import * as z from 'zod/mini'
import { CommandError } from '../../shell/commands/command'
import type { BundlerParts } from './bundler/bundler-messages'
import type { PackedProgram, ToKernel } from './messages'
import type { SpawnProcess } from './process-run'
import { canShare } from './shared-tree'
import type { PythonParts } from './python/python-messages'

/** What the kernel gives. */
export interface PackSourceOptions {
  readonly program: PackedProgram
  /** Asks the host for the pack. */
  ask(program: PackedProgram): void
  readonly spawner: (text: string) => SpawnProcess
  /** Told when waiting for the pack begins and when it is over. */
  loading(isLoading: boolean): void
}

const head = z.array(z.object({ name: z.string(), size: z.number() }))

/** Where a program comes from that is no part of the kernel: loaded when a command first wants it, then kept as long as the kernel lives. */
export class PackSource {
  readonly #options: PackSourceOptions
  #ready: Promise<SpawnProcess> | undefined
  #answer: ((message: Extract<ToKernel, { type: 'loaded' }>) => void) | undefined

  constructor(options: PackSourceOptions) {
    this.#options = options
  }

  /**
   * How workers for it are made.
   * @throws CommandError where it cannot be loaded; the next command tries again
   */
  spawner(): Promise<SpawnProcess> {
    this.#ready ??= this.#load().catch((thrown: unknown) => {
      this.#ready = undefined
      throw thrown
    })
    return this.#ready
  }

  /** The host's answer. */
  take(message: Extract<ToKernel, { type: 'loaded' }>): void {
    this.#answer?.(message)
    this.#answer = undefined
  }

  async #load(): Promise<SpawnProcess> {
    this.#options.loading(true)
    try {
      const { pack, refusal } = await new Promise<Extract<ToKernel, { type: 'loaded' }>>((resolve) => {
        this.#answer = resolve
        this.#options.ask(this.#options.program)
      })
      if (pack === undefined) throw new CommandError(refusal ?? `the ${this.#options.program} could not be loaded`, 127)
      return await this.#made(pack)
    } finally {
      this.#options.loading(false)
    }
  }

  async #made(pack: ArrayBuffer): Promise<SpawnProcess> {
    const parts = await unpacked(pack)
    const spawn = this.#options.spawner(new TextDecoder().decode(parts.get('script')))
    const order = orderOf(this.#options.program, await WebAssembly.compile(own(parts.get('wasm'))), parts)
    return () => {
      const port = spawn()
      port.post(order, [])
      return port
    }
  }
}

/** What a worker is told in front of its program. */
function orderOf(program: PackedProgram, module: WebAssembly.Module, parts: ReadonlyMap<string, Uint8Array>): PythonParts | BundlerParts {
  if (program === 'bundler') return { type: 'bundler', module }
  return { type: 'python', module, library: parts.get('library') ?? new Uint8Array(), memory: parts.get('memory') ?? new Uint8Array() }
}

/** The same bytes in memory that nobody shares. */
const own = (bytes: Uint8Array | undefined): Uint8Array<ArrayBuffer> => new Uint8Array(bytes ?? [])

/** So much goes into the unpacking at once: the kernel has to say in between that it lives. */
const FED = 65_536

/** Bytes as they come out of what is compressed. */
class Unpacking {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  #rest: Uint8Array = new Uint8Array()

  constructor(pack: ArrayBuffer) {
    let at = 0
    const fed = new ReadableStream<Uint8Array<ArrayBuffer>>({
      // Not in one go: what is unpacked in one turn of the loop keeps every message waiting.
      pull: async (controller) => {
        await new Promise((resolve) => setTimeout(resolve))
        controller.enqueue(new Uint8Array(pack, at, Math.min(FED, pack.byteLength - at)))
        at += FED
        if (at >= pack.byteLength) controller.close()
      },
    })
    this.#reader = fed.pipeThrough(new DecompressionStream('gzip')).getReader()
  }

  /** Fills all of `target` with what comes next. @throws TypeError when it is cut off */
  async fill(target: Uint8Array): Promise<void> {
    for (let at = 0; at < target.length;) {
      if (this.#rest.length === 0) this.#rest = (await this.#reader.read()).value ?? cutOff()
      const piece = this.#rest.subarray(0, target.length - at)
      target.set(piece, at)
      at += piece.length
      this.#rest = this.#rest.subarray(piece.length)
    }
  }
}

function cutOff(): never {
  throw new TypeError('the pack of a program is cut off')
}

/** Where memory can be shared, every run reads the same; else each gets a copy. */
function roomFor(size: number): Uint8Array {
  return new Uint8Array(canShare() ? new SharedArrayBuffer(size) : new ArrayBuffer(size))
}

/** The parts of a pack: a size, a list of names and sizes, then their bytes, all of it compressed. */
async function unpacked(pack: ArrayBuffer): Promise<ReadonlyMap<string, Uint8Array>> {
  const unpacking = new Unpacking(pack)
  const size = new Uint8Array(4)
  await unpacking.fill(size)
  const list = new Uint8Array(new DataView(size.buffer).getUint32(0, true))
  await unpacking.fill(list)
  const parts = new Map<string, Uint8Array>()
  for (const part of z.parse(head, JSON.parse(new TextDecoder().decode(list)))) {
    const bytes = SHARED.has(part.name) ? roomFor(part.size) : new Uint8Array(part.size)
    await unpacking.fill(bytes)
    parts.set(part.name, bytes)
  }
  return parts
}

/** Parts that every run needs. */
const SHARED = new Set(['library', 'memory'])
