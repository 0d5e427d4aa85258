const HEAD = `import assert from 'node:assert/strict'
import test from 'node:test'
import { createStore } from '../src/index.ts'

test('holds a value', () => {
  const store = createStore({ n: 1, text: 'a' })
  assert.deepEqual(store.get(), { n: 1, text: 'a' })
  store.set({ n: 2, text: 'b' })
  assert.deepEqual(store.get(), { n: 2, text: 'b' })
})

test('tells everybody old and new', () => {
  const store = createStore({ n: 1 })
  const seen: number[][] = []
  store.subscribe((value, before) => seen.push([before.n, value.n]))
  store.subscribe((value) => seen.push([value.n]))
  store.set({ n: 5 })
  assert.deepEqual(seen, [[1, 5], [5]])
})

test('ends a subscription', () => {
  const store = createStore({ n: 1 })
  let told = 0
  store.subscribe(() => (told += 1))()
  store.set({ n: 2 })
  assert.equal(told, 0)
})
`
const update = (check) => `
test('updates some fields', () => {
  const first = { n: 1, text: 'a' }
  const store = createStore(first)
  store.update({ n: 2 })
  assert.deepEqual(store.get(), { n: 2, text: 'a' })
${check}})
`
export const right = [
  { read: 'src/store.ts' },
  { write: 'test/store.test.ts', text: HEAD + update("  assert.deepEqual(first, { n: 1, text: 'a' })\n") },
  { try: 'npm test' },
]

// Nobody looks at the old object.
export const wrong = [{ write: 'test/store.test.ts', text: HEAD + update('') }, { try: 'npm test' }]
