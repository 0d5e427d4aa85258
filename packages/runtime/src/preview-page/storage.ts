/** Where the browser keeps nothing for a frame of another site, pages get storage that lasts as long as they do, and the person is told at its first use. */
export function keepInMemory(used: () => void): void {
  for (const name of ['localStorage', 'sessionStorage'] as const) {
    if (isThere(name)) continue
    const storage = memoryStorage()
    let isTold = false
    Object.defineProperty(window, name, {
      configurable: true,
      get: () => {
        if (!isTold) used()
        isTold = true
        return storage
      },
    })
  }
}

function isThere(name: 'localStorage' | 'sessionStorage'): boolean {
  try {
    return window[name] !== null
  } catch (thrown) {
    if (thrown instanceof DOMException) return false
    throw thrown
  }
}

/** As `Storage`, names as properties included. */
export function memoryStorage(): Storage {
  const kept = new Map<string, string>()
  const methods: Storage = {
    get length() {
      return kept.size
    },
    clear: () => kept.clear(),
    getItem: (key) => kept.get(String(key)) ?? null,
    key: (n) => [...kept.keys()][n] ?? null,
    removeItem: (key) => void kept.delete(String(key)),
    setItem: (key, value) => void kept.set(String(key), String(value)),
  }
  return new Proxy(methods, {
    get: (target, key) => (typeof key === 'symbol' || key in target ? Reflect.get(target, key) : kept.get(key)),
    set: (_, key, value) => {
      kept.set(String(key), String(value))
      return true
    },
    deleteProperty: (_, key) => {
      kept.delete(String(key))
      return true
    },
    has: (target, key) => key in target || kept.has(String(key)),
    ownKeys: () => [...kept.keys()],
    getOwnPropertyDescriptor: (_, key) => {
      const value = kept.get(String(key))
      return value === undefined ? undefined : { value, writable: true, enumerable: true, configurable: true }
    },
  })
}
