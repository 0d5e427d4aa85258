const parts = (body) => [
  { read: 'src/emitter.ts' },
  { edit: 'tsconfig.json', old: '"lib": ["es2022"]', new: '"lib": ["es2022", "dom"]' },
  {
    edit: 'src/emitter.ts',
    old: '  emit(name',
    new: `  /** The data of the next event of that name. */
  waitFor<Name extends keyof Events>(name: Name, { signal }: { signal?: AbortSignal } = {}): Promise<Events[Name]> {
    return new Promise((resolve, reject) => {
${body}
    })
  }

  emit(name`,
  },
  { edit: 'README.md', old: '- `createStore', new: '- `waitFor(name, { signal })` is a promise for the next event.\n- `createStore' },
]

export const right = [
  ...parts(`      if (signal?.aborted) return reject(signal.reason)
      const abort = (): void => {
        stop()
        reject(signal?.reason)
      }
      const stop = this.once(name, (data) => {
        signal?.removeEventListener('abort', abort)
        resolve(data)
      })
      signal?.addEventListener('abort', abort, { once: true })`),
  { diagnose: 'src/emitter.ts' },
  { try: 'npm test' },
]

// A signal that was aborted before is waited for in vain.
export const wrong = [
  ...parts(`      const stop = this.once(name, resolve)
      signal?.addEventListener('abort', () => {
        stop()
        reject(signal.reason)
      })
      if (signal?.aborted) reject(signal.reason)`),
  { try: 'npm test' },
]
