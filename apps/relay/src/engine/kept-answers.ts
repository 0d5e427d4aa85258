import type { EngineLimits } from './engine-limits'

/** What is known of a call that was answered: its answer as it was sent, or that there was one. */
export type Answered = { readonly type: 'kept'; readonly text: string } | { readonly type: 'let_go' }

const LET_GO: Answered = { type: 'let_go' }

/** Answers of one worker's calls, in case its socket broke before they arrived. Of an answer that is not kept the id stays known. */
export class KeptAnswers {
  readonly #limits: Pick<EngineLimits, 'keptAnswers' | 'keptIds'>
  /** Texts by the id of their call, oldest first. */
  readonly #texts = new Map<string, string>()
  #chars = 0
  /** Ids of those that were let go: so many of the newest, and as many before them. */
  #newer = new Set<string>()
  #older: ReadonlySet<string> = new Set()

  constructor(limits: Pick<EngineLimits, 'keptAnswers' | 'keptIds'>) {
    this.#limits = limits
  }

  /** One that is larger than all that may be kept costs the others nothing. */
  keep(id: string, text: string): void {
    this.#forget(id)
    const { keptAnswers: most } = this.#limits
    if (text.length > most) return this.#letGo(id)
    this.#texts.set(id, text)
    this.#chars += text.length
    if (this.#chars <= most) return
    // A quarter at once: a map is slow to find its oldest again each time that it lost one.
    for (const old of this.#texts.keys()) {
      if (this.#chars <= most * 0.75 || old === id) return
      this.#letGo(old)
    }
  }

  /** Those that are whole, oldest first. */
  get texts(): Iterable<string> {
    return this.#texts.values()
  }

  of(id: string): Answered | undefined {
    const text = this.#texts.get(id)
    if (text !== undefined) return { type: 'kept', text }
    return this.#newer.has(id) || this.#older.has(id) ? LET_GO : undefined
  }

  /** Takes over what another knew. */
  addAll(other: KeptAnswers): void {
    for (const id of other.#older) this.#letGo(id)
    for (const id of other.#newer) this.#letGo(id)
    for (const [id, text] of other.#texts) this.keep(id, text)
  }

  #letGo(id: string): void {
    this.#forget(id)
    this.#newer.add(id)
    if (this.#newer.size < this.#limits.keptIds) return
    this.#older = this.#newer
    this.#newer = new Set()
  }

  #forget(id: string): void {
    this.#chars -= this.#texts.get(id)?.length ?? 0
    this.#texts.delete(id)
  }
}
