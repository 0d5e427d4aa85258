import { failureOf } from '@tabwright/protocol'
import type { ToKernel } from './messages'

/** Gives a program that is no part of the kernel, packed. `progress` is told bytes that came and how many there are. */
export type LoadProgram = (progress: (loaded: number, size: number) => void) => Promise<ArrayBuffer>

/** Where what a kernel asks for comes from, and who is told of it. */
export interface ProgramDeskOptions {
  /** Undefined: there is none in this place. */
  readonly python: LoadProgram | undefined
  tell(message: Extract<ToKernel, { type: 'loaded' }>, handed: readonly ArrayBuffer[]): void
  /** Text for whoever looks on; it is no output of any command. */
  show(text: string): void
  /** The time of the command stands still meanwhile. */
  loading(isLoading: boolean): void
}

const WIDTH = 20

/** A bar as wide as {@link WIDTH}, which replaces the one before. */
function bar(loaded: number, size: number): string {
  const full = Math.round((WIDTH * loaded) / size)
  return `\rLoading Python, ${(size / 1e6).toFixed(0)} MB, once [${'#'.repeat(full)}${' '.repeat(WIDTH - full)}] ${Math.floor((100 * loaded) / size)} %`
}

/** Loads what a kernel asks for, and shows how far it is. */
export class ProgramDesk {
  readonly #options: ProgramDeskOptions
  #isLoading = false

  constructor(options: ProgramDeskOptions) {
    this.#options = options
  }

  /** One at a time: a kernel of ours asks once. */
  async load(): Promise<void> {
    const { python, tell, show, loading } = this.#options
    if (this.#isLoading) return
    this.#isLoading = true
    loading(true)
    try {
      const pack = await this.#fetched(python)
      tell({ type: 'loaded', pack }, [pack])
    } catch (thrown) {
      show('\n')
      tell({ type: 'loaded', refusal: failureOf(thrown).message }, [])
    } finally {
      this.#isLoading = false
      loading(false)
    }
  }

  async #fetched(python: LoadProgram | undefined): Promise<ArrayBuffer> {
    if (python === undefined) throw new Error('there is no Python in this place')
    let shown = -1
    const pack = await python((loaded, size) => {
      const now = Math.floor((WIDTH * loaded) / size)
      if (now === shown) return
      shown = now
      this.#options.show(bar(loaded, size))
    })
    this.#options.show(shown === -1 ? '' : '\n')
    return pack
  }
}
