import { failureOf } from '@tabwright/protocol'
import type { PackedProgram, ToKernel } from './messages'

/** Gives a program that is no part of the kernel, packed. `progress` is told bytes that came and how many there are. */
export type LoadProgram = (progress: (loaded: number, size: number) => void) => Promise<ArrayBuffer>

/** Where what a kernel asks for comes from, and who is told of it. */
export interface ProgramDeskOptions {
  /** Undefined: there is none in this place. */
  readonly packs: Readonly<Record<PackedProgram, LoadProgram | undefined>>
  tell(message: Extract<ToKernel, { type: 'loaded' }>, handed: readonly ArrayBuffer[]): void
  /** Text for whoever looks on; it is no output of any command. */
  show(text: string): void
  /** The time of the command stands still meanwhile. */
  loading(isLoading: boolean): void
}

const WIDTH = 20
const NAMES: Readonly<Record<PackedProgram, string>> = { python: 'Python', bundler: 'bundler' }

/** A bar as wide as {@link WIDTH}, which replaces the one before. */
function bar(name: string, loaded: number, size: number): string {
  const full = Math.round((WIDTH * loaded) / size)
  return `\rLoading ${name}, ${(size / 1e6).toFixed(0)} MB, once [${'#'.repeat(full)}${' '.repeat(WIDTH - full)}] ${Math.floor((100 * loaded) / size)} %`
}

/** Loads what a kernel asks for, and shows how far it is. */
export class ProgramDesk {
  readonly #options: ProgramDeskOptions
  readonly #loading = new Set<PackedProgram>()

  constructor(options: ProgramDeskOptions) {
    this.#options = options
  }

  /** Each one at a time: a kernel of ours asks once. */
  async load(program: PackedProgram): Promise<void> {
    const { tell, show, loading } = this.#options
    if (this.#loading.has(program)) return
    this.#loading.add(program)
    loading(true)
    try {
      const pack = await this.#fetched(program)
      tell({ type: 'loaded', program, pack }, [pack])
    } catch (thrown) {
      show('\n')
      tell({ type: 'loaded', program, refusal: failureOf(thrown).message }, [])
    } finally {
      this.#loading.delete(program)
      loading(false)
    }
  }

  async #fetched(program: PackedProgram): Promise<ArrayBuffer> {
    const load = this.#options.packs[program]
    if (load === undefined) throw new Error(`there is no ${NAMES[program]} in this place`)
    let shown = -1
    const pack = await load((loaded, size) => {
      const now = Math.floor((WIDTH * loaded) / size)
      if (now === shown) return
      shown = now
      this.#options.show(bar(NAMES[program], loaded, size))
    })
    this.#options.show(shown === -1 ? '' : '\n')
    return pack
  }
}
