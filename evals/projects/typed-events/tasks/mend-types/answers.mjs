const emitter = (rest, call) => `export type Listener<T> = (data: T) => void

/** Tells whoever listens. \`Events\` maps names to what comes with them. */
export class Emitter<Events> {
  listeners: { [Name in keyof Events]?: Listener<Events[Name]>[] } = {}

  /** Returns what ends it. */
  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    const all: Listener<Events[Name]>[] = this.listeners[name] ?? []
    all.push(listener)
    this.listeners[name] = all
    return () => {
      const index = all.indexOf(listener)
      if (index >= 0) all.splice(index, 1)
    }
  }

  /** Is told one time. */
  once<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    const stop = this.on(name, (data) => {
      stop()
      listener(data)
    })
    return stop
  }

  emit<Name extends keyof Events>(name: Name, ${rest}): void {
    for (const listener of this.listeners[name] ?? []) listener(${call})
  }
}
`
export const right = [
  { read: 'src/emitter.ts' },
  {
    write: 'src/emitter.ts',
    text: emitter('...data: undefined extends Events[Name] ? [data?: Events[Name]] : [data: Events[Name]]', 'data[0] as Events[Name]'),
  },
  { diagnose: 'src' },
  { try: 'npm test' },
]

// An event with data can be emitted without.
export const wrong = [
  { read: 'src/emitter.ts' },
  { write: 'src/emitter.ts', text: emitter('data?: Events[Name]', 'data as Events[Name]') },
  { try: 'npm test' },
]
