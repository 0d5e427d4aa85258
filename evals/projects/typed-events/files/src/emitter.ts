export type Listener<T> = (data: T) => void

/** Tells whoever listens. `Events` maps names to what comes with them. */
export class Emitter<Events> {
  listeners = new Map<keyof Events, Listener<any>[]>()

  /** Returns what ends it. */
  on(name: keyof Events, listener: Listener<any>): () => void {
    const all = this.listeners.get(name) ?? []
    all.push(listener)
    this.listeners.set(name, all)
    return () => {
      const index = all.indexOf(listener)
      if (index >= 0) all.splice(index, 1)
    }
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
    for (const listener of this.listeners.get(name) ?? []) listener(data)
  }
}
