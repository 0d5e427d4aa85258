import type { Loop } from './loop'

/** What the platform does beside the program, and a program waits for. */
const WORK: readonly (readonly [owner: string, names: readonly string[]])[] = [
  ['Blob', ['text', 'arrayBuffer', 'bytes']],
  ['Response', ['text', 'json', 'arrayBuffer', 'blob', 'formData', 'bytes']],
  ['Request', ['text', 'json', 'arrayBuffer', 'blob', 'formData', 'bytes']],
]

/** From now on a program does not end while the platform works for it. */
export function holdPromises(loop: Loop): void {
  const wrap = (owner: object, name: string): void => {
    const work: unknown = Reflect.get(owner, name)
    if (typeof work !== 'function') return
    const held = function (this: unknown, ...given: unknown[]): unknown {
      const answer: unknown = Reflect.apply(work, this, given)
      if (!(answer instanceof Promise)) return answer
      const release = loop.hold()
      answer.then(release, release)
      return answer
    }
    Object.defineProperty(held, 'name', { value: name })
    Object.defineProperty(owner, name, { value: held, writable: true, configurable: true })
  }
  for (const [owner, names] of WORK) {
    const made: unknown = Reflect.get(globalThis, owner)
    for (const name of names) if (typeof made === 'function') wrap(made.prototype, name)
  }
  for (const name of ['compile', 'instantiate']) wrap(WebAssembly, name)
}
