import { blobHash } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { keepViewed, readViewed, viewedName } from './viewed'

function memoryOf() {
  const kept = new Map<string, string>()
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) }
}
const file = (path: string, hash: string) => ({ path, after: blobHash(hash.repeat(64)) })

it('remembers what was seen with its content, and forgets it when the content is another', () => {
  const memory = memoryOf()
  keepViewed(memory, readViewed(memory), { name: viewedName(file('a b.ts', 'a')), isViewed: true })
  expect(readViewed(memory)).toContain(viewedName(file('a b.ts', 'a')))
  expect(readViewed(memory)).not.toContain(viewedName(file('a b.ts', 'b')))
  expect(keepViewed(memory, readViewed(memory), { name: viewedName(file('a b.ts', 'a')), isViewed: false })).toEqual([])
  expect(readViewed(memory)).toEqual([])
})

it('keeps the newest five hundred, each once, and no name that would be read as two', () => {
  const memory = memoryOf()
  for (let n = 0; n < 600; n++) keepViewed(memory, readViewed(memory), { name: viewedName(file(`f${n % 550}`, 'a')), isViewed: true })
  const viewed = readViewed(memory)
  expect(viewed).toHaveLength(500)
  expect(new Set(viewed).size).toBe(500)
  expect(viewed.at(-1)).toBe(viewedName(file('f49', 'a')))
  expect(keepViewed(memory, [], { name: 'a\nb', isViewed: true })).toEqual([])
})
