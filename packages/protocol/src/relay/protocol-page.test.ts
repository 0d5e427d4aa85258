import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Json } from '../json'
import { parseClientFrame } from './client-frame'
import { WIRE_LIMITS } from './wire-limits'

const PAGE = readFileSync('docs/protocol.md', 'utf8')
const FRAMES = readdirSync(import.meta.dirname)
  .map((file) => readFileSync(`${import.meta.dirname}/${file}`, 'utf8'))
  .flatMap((source) => [
    ...source.matchAll(/\btype: (?:z\.literal\()?'([a-z]+)'\)?[,; ]/g),
    ...source.matchAll(/readonly type: '([a-z]+)'/g),
  ])
  .map(([, type = '']) => type)
/** Words of an action and of a credential, which stand inside a frame. */
const PARTS = new Set(['void', 'enqueue', 'bearer', 'hmac', 'bad'])

const EXAMPLES = [...PAGE.matchAll(/```json\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n'))

it('the page of the protocol names every frame', () => {
  const missing = [...new Set(FRAMES)].filter((type) => !PARTS.has(type) && !PAGE.includes(`\`${type}\``))
  expect(FRAMES.length).toBeGreaterThan(15)
  expect(missing).toEqual([])
})

it.each(EXAMPLES)('%s is a frame', (example) => {
  const frame: Json = JSON.parse(example)
  // The relay's own first frame is no frame of a worker.
  if (example.includes('"workerregistered"')) return expect(frame).toMatchObject({ worker_id: expect.any(String) })
  return expect(parseClientFrame(frame)).not.toMatchObject({ type: 'bad' })
})

it('the page says the limits that hold', () => {
  expect(WIRE_LIMITS).toEqual({ frame: 1024 * 1024, depth: 64, keys: 10_000, triggerDepth: 8 })
  expect(PAGE).toContain('1 MiB a frame, 64 levels deep, 10,000 keys')
})
