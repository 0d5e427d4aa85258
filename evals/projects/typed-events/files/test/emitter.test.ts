import assert from 'node:assert/strict'
import test from 'node:test'
import { Emitter, createStore, pick } from '../src/index.ts'

test('tells all in order, until they end it', () => {
  const events = new Emitter<{ ping: number }>()
  const seen: string[] = []
  const stop = events.on('ping', (n) => seen.push('a' + n))
  events.on('ping', (n) => seen.push('b' + n))
  events.emit('ping', 1)
  stop()
  events.emit('ping', 2)
  assert.deepEqual(seen, ['a1', 'b1', 'b2'])
})

test('a store tells old and new', () => {
  const store = createStore({ count: 0, name: 'x' })
  const seen: unknown[] = []
  store.subscribe((value, before) => seen.push([before.count, value.count]))
  store.update({ count: 2 })
  assert.deepEqual(seen, [[0, 2]])
  assert.deepEqual(store.get(), { count: 2, name: 'x' })
})

test('picks keys', () => {
  assert.deepEqual(pick({ a: 1, b: 2 }, ['a']), { a: 1 })
})
