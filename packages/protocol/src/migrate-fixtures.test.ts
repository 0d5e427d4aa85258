import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { digestOf } from './ids'
import { parseSealedEvents, parseStoredEvent, sealedText, unsealedFacts } from './migrate'
import type { Hash } from './ports'
import { DATA_SCHEMAS } from './session-schema'
import { LOG_FORMAT } from './version'

const hash: Hash = (text) => digestOf(createHash('sha256').update(text).digest('hex'))
const linesOf = (format: number): readonly string[] =>
  readFileSync(new URL(`./fixtures/format-${format}.jsonl`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')

/** Every format, each with the log of a session that its build wrote. Once it is released, a fixture is never written anew. */
const FORMATS = Array.from({ length: LOG_FORMAT }, (_, index) => index + 1)

it('has every fact that the present format knows', () => {
  const types = new Set(linesOf(LOG_FORMAT).map((line): unknown => JSON.parse(line).type))
  expect(Object.keys(DATA_SCHEMAS).filter((type) => !types.has(type))).toEqual([])
})

describe.each(FORMATS)('a log of format %i', (format) => {
  it('[C24] is read fact by fact, each with the hash that it was stored with', () => {
    const lines = linesOf(format)
    expect(lines.length).toBeGreaterThan(40)
    let prev = ''
    for (const [index, line] of lines.entries()) {
      const stored = parseStoredEvent(JSON.parse(line), hash)
      if (stored.type !== 'event') throw new Error(`line ${index + 1}: ${JSON.stringify(stored)}`)
      expect(stored.event).toMatchObject({ v: LOG_FORMAT, seq: index + 1, prev })
      prev = stored.event.hash
    }
  })

  it('is lifted also where it was sealed into a chunk', () => {
    const lines = linesOf(format)
    const sealed = parseSealedEvents(`[${lines.join(',')}]`)
    expect(sealed).toEqual(lines.map((line) => parseStoredEvent(JSON.parse(line), hash)))
  })

  it('comes back from the text of a chunk with all that it was stored with', () => {
    const facts = linesOf(format).map((line): unknown => JSON.parse(line))
    expect(unsealedFacts(sealedText(facts))).toEqual(facts)
    const later = facts.slice(7)
    const text = sealedText(later)
    expect(unsealedFacts(text)).toEqual(later)
    expect(text.match(/"prev":"[^"]/g), 'only the first says what it follows').toHaveLength(1)
    // As the first builds that sealed facts left it out.
    expect(unsealedFacts(text.replaceAll(',"prev":""', ''))).toEqual(later)
  })

  it('[C23] is told from one in which a word was changed', () => {
    const [first = ''] = linesOf(format)
    expect(parseStoredEvent(JSON.parse(first.replace('"project":"blank"', '"project":"demo"')), hash).type).toBe('damaged')
  })
})
