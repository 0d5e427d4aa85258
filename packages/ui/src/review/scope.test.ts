import type { HistoryPoint } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { keepScope, readScope, scopeStart } from './scope'

const point = (seq: number, cause: HistoryPoint['cause'], isHidden = false): HistoryPoint => ({
  seq,
  at: 0,
  cause,
  label: '',
  turn: 1,
  filesChangedSince: 0,
  isBorder: true,
  isHidden,
})

it('remembers what was chosen, for each session by itself', () => {
  const kept = new Map<string, string>()
  const memory = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) }
  expect(readScope(memory, 'a')).toEqual({ type: 'session' })
  keepScope(memory, 'a', { type: 'since', seq: 12 })
  keepScope(memory, 'b', { type: 'turn' })
  expect(readScope(memory, 'a')).toEqual({ type: 'since', seq: 12 })
  expect(readScope(memory, 'b')).toEqual({ type: 'turn' })
  memory.setItem('tabwright.scope.a', 'nonsense')
  expect(readScope(memory, 'a')).toEqual({ type: 'session' })
})

it('begins with the newest turn that a rewind did not hide, or with the place that was chosen while it is there', () => {
  const points = [point(2, 'turn'), point(5, 'named'), point(9, 'turn'), point(12, 'shell'), point(15, 'turn', true)]
  expect(scopeStart({ type: 'turn' }, points)).toBe(9)
  expect(scopeStart({ type: 'since', seq: 5 }, points)).toBe(5)
  expect(scopeStart({ type: 'since', seq: 6 }, points)).toBeUndefined()
  expect(scopeStart({ type: 'session' }, points)).toBeUndefined()
  expect(scopeStart({ type: 'turn' }, [])).toBeUndefined()
})
