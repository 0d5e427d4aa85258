const emitter = (on, emit) => `export type Listener<T> = (data: T) => void

/** Tells whoever listens. \`Events\` maps names to what comes with them. */
export class Emitter<Events> {
  #listeners = new Map<keyof Events, Set<${on.includes('entry') ? '{ listener: Listener<any> }' : 'Listener<any>'}>>()

  /** Returns what ends it. */
  on(name: keyof Events, listener: Listener<any>): () => void {
    const all = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, all)
${on}
  }

  /** Is told one time. */
  once(name: keyof Events, listener: Listener<any>): () => void {
    const stop = this.on(name, (data) => {
      stop()
      listener(data)
    })
    return stop
  }

  emit(name: keyof Events, data?: any): void {
${emit}
  }
}
`
export const right = [
  { read: 'src/emitter.ts' },
  {
    write: 'src/emitter.ts',
    text: emitter(
      `    // An entry of its own: the same listener may be there more than once.
    const entry = { listener }
    all.add(entry)
    return () => void all.delete(entry)`,
      `    const all = this.#listeners.get(name)
    if (all) for (const entry of [...all]) if (all.has(entry)) entry.listener(data)`,
    ),
  },
  { diagnose: 'src' },
  { try: 'npm test' },
]

// A Set of the listeners themselves: the second of two that are the same is lost.
export const wrong = [
  { read: 'src/emitter.ts' },
  {
    write: 'src/emitter.ts',
    text: emitter(
      `    all.add(listener)
    return () => void all.delete(listener)`,
      '    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(data)',
    ),
  },
  { try: 'npm test' },
]
